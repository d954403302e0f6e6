// Polish only: every page works without this file.
"use strict";

document.addEventListener("keydown", (event) => {
  const box = document.getElementById("q");
  if (event.key === "/" && box && !event.target.closest("input,textarea,select")) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});
