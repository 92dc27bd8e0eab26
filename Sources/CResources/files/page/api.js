// The document of the API for readers: routes by their groups, each with its fields, as /spec describes them.
class ApiPanel {
  constructor() {
    this.toggle = document.getElementById("toggle-api");
    this.body = document.getElementById("api");
    this.toggle.textContent = phrase("show");
    startPanel(this.toggle, this.body, () => this.#load());
    this.toggle.addEventListener("click", () => (this.toggle.textContent = phrase(this.body.hidden ? "show" : "hide")));
  }

  async #load() {
    if (this.body.childElementCount) return;
    this.body.textContent = phrase("looking");
    try {
      this.#show(await (await call("/spec")).json());
    } catch (problem) {
      this.body.textContent = problem.message;
    }
  }

  #show(spec) {
    const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })));
    const groups = spec.tags.map(({ name, description }) => {
      const members = operations.filter(({ tags = [] }) => tags.includes(name));
      const routes = members.map((operation) => this.#route(operation, spec));
      return make("section", {}, make("h3", {}, description), ...routes);
    });
    this.body.lang = "en"; // As the server describes itself.
    this.body.replaceChildren(...groups);
  }

  #route(operation, spec) {
    const { method, path, summary = "", description = "" } = operation;
    const fields = fieldsOfOperation(operation, spec);
    const name = [make("code", {}, `${method} ${path}`), make("span", {}, summary)];
    if (!description && !fields.length) return make("div", { className: "route" }, ...name);
    const rows = fields.map((field) => make("li", {}, make("code", {}, field.name), ` ${field.about}`));
    const about = description && description !== summary ? [make("p", {}, description)] : [];
    return make("details", { className: "route" }, make("summary", {}, ...name), ...about, make("ul", {}, ...rows));
  }
}

// The fields that an operation reads, {name, about} each: those of the query or the head, and those of the body.
function fieldsOfOperation({ parameters = [], requestBody }, spec) {
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const abouts = new Map();
  for (const parameter of parameters) {
    const { name, description = "" } = resolved(parameter, spec);
    abouts.set(name, description);
  }
  for (const [name, schema] of Object.entries(propertiesOf(body, spec))) {
    abouts.set(name, resolved(schema, spec).description ?? "");
  }
  return [...abouts].map(([name, about]) => ({ name, about }));
}

// The properties of a schema, and of those that it is made of.
function propertiesOf(schema, spec) {
  const { properties = {}, allOf = [], oneOf = [], anyOf = [] } = resolved(schema, spec);
  return Object.assign({}, ...[...allOf, ...oneOf, ...anyOf].map((part) => propertiesOf(part, spec)), properties);
}

// What a reference such as #/components/schemas/Name refers to.
function resolved(node = {}, spec) {
  if (!node.$ref) return node;
  return node.$ref.slice(2).split("/").reduce((place, name) => place?.[name], spec) ?? {};
}
