// On a small screen the two phones and the panel stand below each other: the row of links that leads to them.

const links = [...document.querySelectorAll(".jumps a")];
const news = document.querySelector(".jump-news");
const small = matchMedia("(max-width: 759px)");
const seen = new Map(); // part of the page -> how much of the screen it takes

/** Keep the links true to what is in view. */
export function watchParts() {
  const observer = new IntersectionObserver((changes) => {
    for (const change of changes) seen.set(change.target.id, change.intersectionRect.height);
    const [most] = [...seen].sort((one, other) => other[1] - one[1])[0];
    for (const link of links) {
      if (link.hash === `#${most}` && seen.get(most)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (most === "person") news.hidden = true;
  }, { threshold: [0, 0.2, 0.4, 0.6, 0.8, 1] });
  for (const link of links) observer.observe(document.querySelector(link.hash));
}

/** A message came on the second phone: say so when it is out of view. */
export function tellOfNews() {
  news.hidden = !small.matches || document.querySelector(".jumps [href='#person']").hasAttribute("aria-current");
}

/** Bring a part into view, on a small screen only: on a large one everything is in view already. */
export function bringIntoView(part) {
  if (small.matches) part.scrollIntoView({ block: "start" });
}
