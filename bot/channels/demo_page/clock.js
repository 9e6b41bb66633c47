// The demo's own time: it runs as real time does, and a visitor may push it on.

import { pageLanguage, say } from "./words.js";

const A_LOOK = 5000; // milliseconds between two looks at the clock

export class Clock {
  /** `push(minutes)` asks the server to let time pass; the server tells how far ahead it is. */
  constructor(place, push) {
    Object.assign(this, { place, ahead: 0 });
    this.buttons = [...place.querySelectorAll("button")];
    for (const button of this.buttons) {
      button.addEventListener("click", async () => {
        this.wait(true);
        const problem = await push(Number(button.dataset.minutes));
        this.wait(false);
        place.querySelector(".clock-problem").textContent = problem ? say("clock_failed") : "";
      });
    }
    setInterval(() => this.draw(), A_LOOK);
  }

  set(seconds) {
    this.ahead = seconds * 1000;
    this.draw();
  }

  now() {
    return new Date(Date.now() + this.ahead);
  }

  /** A moment of real time as it stands on the demo's clock at this moment. */
  asShown(at) {
    return new Date(Date.parse(at) + this.ahead).toISOString();
  }

  wait(on) {
    for (const button of this.buttons) button.disabled = on;
  }

  draw() {
    const time = this.now().toLocaleTimeString("nl", { hour: "2-digit", minute: "2-digit" });
    const day = this.now().toLocaleDateString(pageLanguage(), { weekday: "long", day: "numeric", month: "long" });
    document.querySelectorAll(".phone-time").forEach((one) => (one.textContent = time));
    this.place.querySelector(".clock-now").textContent = `${day}, ${time}`;
  }
}
