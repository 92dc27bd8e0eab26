// Joins two explorers of one sentence: the word of the source that is pointed at in one is shown in the other.
function joinExplorers(first, second) {
  for (const [from, to] of [[first, second], [second, first]]) {
    from.onPoint = (piece) => to.data && to.echo(piece == null ? null : counterparts(from, to, piece));
    from.onPin = () => to.unpin();
  }
}

// The source tokens of `to` that spell what a source token of `from` spells: vocabularies cut words differently.
function counterparts(from, to, piece) {
  const [pieces, others] = [from.data.answer.sourceTokens, to.data.answer.sourceTokens];
  if (pieces.join("\n") === others.join("\n")) return [piece];
  if (pieces[piece] === "</s>") return others.flatMap((other, index) => (other === "</s>" ? [index] : []));
  const place = placesIn(from.text, pieces)[piece];
  if (!place) return [];
  const meets = (other) => other && other.start < place.end && other.end > place.start;
  return placesIn(to.text, others).flatMap((other, index) => (meets(other) ? [index] : []));
}

const farthest = 24;

// Where in a text each piece stands; null for what spells nothing, such as an unknown piece. What normalization made
// of a text may not be in it any more: then the search goes on with the next piece.
function placesIn(text, pieces) {
  const plain = (part) => part.normalize("NFKC").toLowerCase();
  const whole = plain(text);
  let end = 0;
  return pieces.map((piece) => {
    const letters = piece in specialTokens ? "" : plain(shownToken(piece).text).trim();
    const start = letters ? whole.indexOf(letters, end) : -1;
    if (start < 0 || start > end + farthest) return null;
    end = start + letters.length;
    return { start, end };
  });
}
