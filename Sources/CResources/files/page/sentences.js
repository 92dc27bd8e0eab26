// Where in a text each of some parts stands that follow each other in it; null for a part that is not there.
function placesOf(text, parts) {
  let end = 0;
  return parts.map((part) => {
    const start = part ? text.indexOf(part, end) : -1;
    if (start < 0) return null;
    end = start + part.length;
    return { start, end };
  });
}

// The index of the part at an offset: the last one that begins before it, or the first one.
function partAt(places, offset) {
  return Math.max(0, places.findLastIndex((place) => place && place.start <= offset));
}

const segmenters = new Map();

// The words of a language, as the browser divides them.
function wordSegmenter(language) {
  if (!segmenters.has(language)) {
    const known = Intl.Segmenter.supportedLocalesOf([language]);
    segmenters.set(language, new Intl.Segmenter(known, { granularity: "word" }));
  }
  return segmenters.get(language);
}

// The end of the first word of a text; 0 if there is none.
function firstWordEnd(text, language) {
  for (const { segment, index, isWordLike } of wordSegmenter(language).segment(text)) {
    if (isWordLike) return index + segment.length;
  }
  return 0;
}
