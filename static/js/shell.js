// The frame: Escape, or a press elsewhere, closes an open menu; the tab of this page is in view.
import "./dialogs.js";

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
// Django's chooser of many draws its magnifying glass as a named span without a role
addEventListener("load", () => requestAnimationFrame(() => {
  for (const glass of document.querySelectorAll("span.search-label-icon[aria-label]")) glass.setAttribute("role", "img");
}));
