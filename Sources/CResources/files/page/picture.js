// A PNG of an explorer's head: a title over the heat map.
function pictureOf(explorer) {
  const { heat, palette, choice, data } = explorer;
  const { scale } = heat.layout;
  const [margin, head] = [20 * scale, 52 * scale];
  const width = Math.max(heat.base.width, 320 * scale) + 2 * margin;
  const canvas = make("canvas", { width, height: heat.base.height + head + 2 * margin });
  const context = canvas.getContext("2d");
  context.fillStyle = palette.card;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = palette.ink;
  context.font = `600 ${15 * scale}px system-ui, sans-serif`;
  context.fillText(phrase("attentionOfKind", { kind: phrase(`kind-${choice.kind}`) }), margin, margin + 14 * scale);
  context.fillStyle = palette.muted;
  context.font = HeatMap.font(12 * scale);
  context.fillText([data.answer.model, explorer.where].filter(Boolean).join(", "), margin, margin + 32 * scale);
  context.drawImage(heat.base, margin, margin + head);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
