// Light and dark: the system's choice until the reader makes one.
const theme = {
  listeners: [],
  current() {
    const chosen = document.documentElement.dataset.theme;
    return chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  },
  set(name) {
    document.documentElement.dataset.theme = name;
    memory.set("theme", name);
    this.tell();
  },
  toggle() { this.set(this.current() === "dark" ? "light" : "dark"); },
  tell() {
    const other = this.current() === "dark" ? "light" : "dark";
    const button = byId("theme");
    button.textContent = this.current() === "dark" ? "☾ Dark" : "☀ Light";
    button.setAttribute("aria-label", `Colours: ${this.current()}; switch to ${other}`);
    for (const listener of this.listeners) listener();
  },
  start() {
    const kept = memory.get("theme");
    if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.tell());
    byId("theme").addEventListener("click", () => this.toggle());
    this.tell();
  },
};

