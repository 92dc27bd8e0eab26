// What this browser keeps for the page: from visit to visit, or until the tab is closed. A browser that keeps nothing
// answers with `otherwise`.
const forVisits = "localStorage";
const forTab = "sessionStorage";

function kept(name, otherwise = null, place = forVisits) {
  try {
    return JSON.parse(window[place].getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

// A null is forgotten.
function keep(name, value, place = forVisits) {
  try {
    if (value == null) window[place].removeItem(name);
    else window[place].setItem(name, JSON.stringify(value));
  } catch {
    // Then it holds for this visit.
  }
}
