// Light, dark, or as the system has it.
const themes = ["auto", "light", "dark"];

function useTheme(theme, button) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  button.dataset.theme = theme;
  const label = phrase("colours", { theme: phrase(`theme-${theme}`) });
  button.setAttribute("aria-label", label);
  button.title = label;
  document.dispatchEvent(new Event("themechange"));
}

function startTheme(button) {
  let theme = themes.find((name) => name === kept("theme")) ?? "auto";
  useTheme(theme, button);
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    keep("theme", theme);
    useTheme(theme, button);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => useTheme(theme, button));
}
