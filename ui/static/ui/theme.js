// Runs before the first paint, so that a dark page never flashes white.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("ff-theme"); } catch { /* storage may be closed */ }
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.bsTheme = chosen === "dark" || chosen === "light" ? chosen : system;
})();
