// A file that was dropped or chosen: its name and size, what becomes of it, and what can be done with it.
class FileCard {
  // `read` gives the request's {source, target, model, terms, glossary}; `endings` are those of files that the server reads.
  constructor({ read, endings }) {
    Object.assign(this, { read, endings });
    this.node = document.getElementById("file-card");
    this.input = document.getElementById("file");
    this.chooser = document.getElementById("choose-file");
    this.name = make("b", { dir: "auto" });
    this.size = make("span");
    this.state = make("p", { className: "file-state", role: "status" });
    this.bar = make("progress", { max: 1, aria: { label: phrase("fileProgress") } });
    this.left = make("span", { className: "file-left" });
    this.meter = make("div", { className: "file-meter" }, this.bar, this.left);
    this.start = makeButton("translateFile", "button", () => this.#translate());
    this.save = makeButton("download", "button", () => save(this.result.blob, this.result.name));
    this.stop = makeButton("cancel", "quiet", () => this.#stop());
    this.remove = makeButton("remove", "quiet", () => this.#forget());
    const actions = make("div", { className: "buttons" }, this.start, this.save, this.stop, this.remove);
    this.node.append(make("p", { className: "file-name" }, this.name, this.size), actions, this.meter, this.state);
    this.#listen();
  }

  // The pair or the terms have changed: what was translated is of the others.
  changed() {
    if (this.file) this.#offer(this.file);
  }

  #listen() {
    this.input.accept = this.endings.join();
    this.chooser.hidden = false;
    this.chooser.title = phrase("fileKinds", { endings: this.endings.join(", ") });
    this.chooser.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => {
      if (this.input.files.length) this.#take(this.input.files[0]);
      this.input.value = ""; // So that the same file can be chosen again.
    });
    this.#listenForDrops(document.getElementById("form"));
  }

  // A file can be dropped anywhere; the desk shows that it takes it.
  #listenForDrops(desk) {
    const holdsFiles = (event) => event.dataTransfer.types.includes("Files");
    for (const kind of ["dragenter", "dragover"]) {
      document.addEventListener(kind, (event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        desk.classList.add("dropping");
      });
    }
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) desk.classList.remove("dropping");
    });
    document.addEventListener("drop", (event) => {
      desk.classList.remove("dropping");
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer.files.length) this.#take(event.dataTransfer.files[0]);
    });
  }

  #take(file) {
    this.#offer(file);
    (this.start.hidden ? this.remove : this.start).focus();
  }

  // Shows a file that is not translated yet.
  #offer(file) {
    this.running?.abort();
    this.file = file;
    this.result = null;
    this.name.textContent = file.name;
    this.size.textContent = spelledBytes(file.size);
    const isRead = this.endings.some((ending) => file.name.toLowerCase().endsWith(ending));
    this.#show({ isReady: isRead });
    this.#tell(isRead ? "" : phrase("fileUnknown", { endings: this.endings.join(", ") }), !isRead);
  }

  async #translate() {
    const running = (this.running = new AbortController());
    const request = this.read();
    const target = languageName(request.target);
    this.#show({ isRunning: true });
    this.bar.removeAttribute("value");
    this.left.textContent = "";
    this.#tell(phrase("fileTranslating", { language: target }));
    this.stop.focus();
    try {
      const onProgress = (part, seconds) => this.#progress(running, part, seconds);
      const result = await translateFile(this.file, request, running.signal, onProgress);
      if (running !== this.running || running.signal.aborted) return;
      this.result = result;
      this.#show({ isDone: true });
      this.#tell(phrase("fileDone", { name: result.name }));
      this.save.focus();
    } catch (problem) {
      if (running !== this.running || running.signal.aborted) return;
      this.#show({ isReady: true });
      this.#tell(problem.message, true);
      this.start.focus();
    }
  }

  #progress(running, part, seconds) {
    if (running !== this.running || running.signal.aborted) return;
    this.bar.value = part;
    this.left.textContent = phrase("secondsLeft", { seconds });
  }

  #stop() {
    this.#offer(this.file);
    this.start.focus();
  }

  #forget() {
    this.running?.abort();
    this.file = this.result = null;
    this.node.hidden = true;
    this.chooser.focus();
  }

  #show({ isReady = false, isRunning = false, isDone = false }) {
    this.node.hidden = false;
    this.start.hidden = !isReady;
    this.meter.hidden = this.stop.hidden = !isRunning;
    this.save.hidden = !isDone;
    this.remove.hidden = isRunning;
  }

  #tell(text, isProblem = false) {
    this.state.textContent = text;
    this.state.hidden = !text;
    this.state.classList.toggle("warning", isProblem);
  }
}

function spelledBytes(count) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const digits = { unitDisplay: power ? "short" : "long", maximumFractionDigits: power ? 1 : 0 };
  return (count / 1000 ** power).toLocaleString(interfaceLanguage, { style: "unit", unit: units[power], ...digits });
}
