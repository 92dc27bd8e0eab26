// Light, dark, or as the system has it.
const themes = ["auto", "light", "dark"];

function storedTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // Storage is not there for pages read from some files.
  }
}

function useTheme(theme, button) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  button.dataset.theme = theme;
  button.setAttribute("aria-label", `Colours: ${theme}`);
  button.title = `Colours: ${theme}`;
  document.dispatchEvent(new Event("themechange"));
}

function startTheme(button) {
  let theme = themes.includes(storedTheme()) ? storedTheme() : "auto";
  useTheme(theme, button);
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Then it holds for this visit.
    }
    useTheme(theme, button);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => useTheme(theme, button));
}
