// Makes an element: properties by name, `data` and `aria` as objects, then children or text.
function make(tag, properties = {}, ...children) {
  const { data = {}, aria = {}, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  Object.assign(node.dataset, data);
  for (const [name, value] of Object.entries(aria)) node.setAttribute(name === "role" ? name : "aria-" + name, value);
  node.append(...children);
  return node;
}

// A button with a phrase of the interface.
function makeButton(key, className, action) {
  const button = make("button", { type: "button", className, textContent: phrase(key) });
  button.addEventListener("click", action);
  return button;
}

// Gives the browser a file to save.
function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Among `nodes` only one can be reached with Tab; arrows, Home and End move from there.
function roveFocus(nodes, columns = 1) {
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  nodes.forEach((node, index) => {
    node.tabIndex = index === 0 ? 0 : -1;
    node.addEventListener("focus", () => nodes.forEach((other) => (other.tabIndex = other === node ? 0 : -1)));
    node.addEventListener("keydown", (event) => {
      const ends = { Home: 0, End: nodes.length - 1 };
      const mirrored = getComputedStyle(node).direction === "rtl" && columns === 1 ? -1 : 1;
      const next = event.key in ends ? ends[event.key] : index + (moves[event.key] ?? 0) * mirrored;
      if (next === index || !nodes[next]) return;
      event.preventDefault();
      nodes[next].focus();
    });
  });
}

let announcing = 0;

// Has a screen reader say a text once nothing else was said for a while.
function announce(text) {
  clearTimeout(announcing);
  announcing = setTimeout(() => (document.getElementById("announcement").textContent = text), 600);
}

// Runs `action` in the next frame, however often it is asked for until then.
function oncePerFrame(action) {
  let frame = 0;
  return () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      action();
    });
  };
}
