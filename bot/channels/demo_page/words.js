// The page's own words. They come from the server (content/demo_page.yml); none of them stands here.

let all = {};
let chosen = "";

/** Take the words of every page language, and choose one: the one asked for, else the browser's, else the first. */
export function useWords(words, wanted) {
  all = words;
  const spoken = [wanted, ...navigator.languages.map((tag) => tag.split("-")[0])];
  chosen = spoken.find((code) => code in all) || Object.keys(all)[0];
}

export const pageLanguage = () => chosen;
export const pageLanguages = () => Object.entries(all).map(([code, words]) => ({ code, name: words.name }));

/** The words for a key such as "states.asked", with {name} and the like filled in; empty when there are none. */
export function say(key, values = {}) {
  const found = key.split(".").reduce((part, name) => (part ? part[name] : undefined), all[chosen]);
  if (typeof found !== "string") return "";
  return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Put words into every element of the page that names one. */
export function fillPage() {
  document.documentElement.lang = chosen;
  for (const [name, put] of [
    ["word", (element, text) => (element.textContent = text)],
    ["word-label", (element, text) => element.setAttribute("aria-label", text)],
    ["word-placeholder", (element, text) => element.setAttribute("placeholder", text)],
  ]) {
    for (const element of document.querySelectorAll(`[data-${name}]`)) {
      put(element, say(element.getAttribute(`data-${name}`)));
    }
  }
}
