/** The one line a host page includes: a launcher button and a frame from this script's own origin. */

export {};

const script = document.currentScript as HTMLScriptElement;
const home = new URL(script.src).origin;
const data = script.dataset;
const side = data["position"] === "left" ? "left" : "right";
const label = /^zh/i.test(data["language"] ?? navigator.language) ? "在线咨询" : "Chat";
const colour = data["color"] ?? "#1c6b75";

let token = data["identityToken"];
let frame: HTMLIFrameElement | undefined;
let is_open = false;
/** Before the chat listens, the frame still has another origin, and browsers complain about whatever is posted to it. */
let is_ready = false;
/** Whether the chat was used in this tab; forgotten at once where storage is forbidden. */
let memory: Record<string, string> = {};
try {
  memory = sessionStorage as unknown as typeof memory;
} catch {
  // Then the chat loads when it is opened.
}

const button = document.createElement("button");
const count = document.createElement("span");

/** Through the object model: a style attribute would need a hole in the host's policy. */
function dress(element: HTMLElement, style: string): void {
  element.style.cssText = `position:fixed;z-index:2147483000;border:0;${side}:20px;${style}`;
}

function load(): void {
  const query = new URLSearchParams({ embed: "1", parent: location.origin });
  for (const name of ["language", "color", "greeting", "topic", "price"]) {
    if (data[name]) query.set(name, data[name]);
  }
  if (token) query.set("identity", "1");
  frame = document.createElement("iframe");
  frame.title = label;
  frame.src = `${home}/?${query}`;
  document.body.append(frame);
}

function post(message: object): void {
  if (is_ready) frame?.contentWindow?.postMessage(message, home);
}

function identify(): void {
  if (token) post({ wenjin: "identity", token });
}

function show(open: boolean): void {
  is_open = open;
  if (!frame) load();
  // On phones the frame covers the button, which was there before it.
  const place =
    innerWidth < 560
    ? "inset:0;width:100%;height:100%"
    : "bottom:88px;width:400px;height:min(680px,calc(100vh - 108px));border-radius:16px;box-shadow:0 8px 40px #0004";
  dress(frame!, `${place};display:${open ? "block" : "none"}`);
  button.ariaExpanded = String(open);
  count.hidden ||= open;
  post({ wenjin: "shown", shown: open });
  memory["wenjin"] = "1";
}

addEventListener("message", ({ origin, source, data: message }) => {
  if (origin !== home || source !== frame?.contentWindow) return;
  if (message.wenjin === "ready") {
    is_ready = true;
    post({ wenjin: "shown", shown: is_open });
    identify();
  }
  if (message.wenjin === "close") show(false);
  if (message.wenjin === "unread") {
    count.textContent = message.count;
    count.hidden = is_open || !message.count;
  }
});

button.textContent = label;
button.append(count);
dress(
  button,
  `bottom:20px;padding:15px 22px;border-radius:26px;font:600 16px system-ui;cursor:pointer;box-shadow:0 4px 16px #0004;background:${colour};color:#fff`,
);
// Black on light colours; browsers that cannot compute it keep white.
button.style.color = `lch(from ${colour} calc((62 - l)*999) 0 0)`;
count.style.cssText = "margin-left:8px;padding:0 7px;border-radius:11px;background:#b3261e;color:#fff;font-size:13px;line-height:22px";
count.hidden = true;
button.onclick = () => show(!is_open);
button.ariaExpanded = "false";

function place(): void {
  document.body.append(button);
  // Loaded at once where it was used before, for the number of unread messages.
  if (memory["wenjin"]) show(false);
}
if (document.body) place();
else addEventListener("DOMContentLoaded", place);

/** For the host page's own scripts. */
(window as unknown as { wenjin: object }).wenjin = {
  open: () => show(true),
  close: () => show(false),
  identify(fresh: string) {
    token = fresh;
    identify();
  },
};
