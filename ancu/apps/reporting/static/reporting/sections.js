// The list of sections marks the section that the reader has reached.

const list = document.querySelector("[data-sections]");
const links = [...list.querySelectorAll("a[href^='#']")];
const sections = links.map((link) => document.getElementById(link.hash.slice(1)));

function markReached() {
  const line = list.getBoundingClientRect().bottom + window.innerHeight / 4;
  const below = sections.findIndex((section) => section.getBoundingClientRect().top > line);
  const atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
  const reached = atEnd || below < 0 ? links.length - 1 : Math.max(0, below - 1);
  links.forEach((link, place) => {
    if (place === reached) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  });
  const link = links[reached];
  list.scrollTo({ left: link.offsetLeft - list.clientWidth / 2 + link.clientWidth / 2 });
}

let isWaiting = false;
addEventListener(
  "scroll",
  () => {
    if (!isWaiting) {
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        markReached();
      });
    }
  },
  { passive: true },
);
markReached();
