/** Renews the live view as the daemon sends it. Without this script the browser loads it again. */
const live = document.getElementById('live');
const state = document.getElementById('live-state');
const pause = document.getElementById('pause');
let isPaused = false;

const source = new EventSource('/live');
source.addEventListener('open', () => say(true));
source.addEventListener('error', () => say(false));
source.addEventListener('message', ({ data }) => {
  say(true);
  if (!isPaused) renew(data);
});

pause.hidden = false;
pause.textContent = pause.dataset.pause;
pause.addEventListener('click', () => {
  isPaused = !isPaused;
  pause.textContent = isPaused ? pause.dataset.resume : pause.dataset.pause;
  say(!isPaused);
});

function say(isLive) {
  const words = isLive && !isPaused ? state.dataset.live : state.dataset.still;
  if (state.textContent !== words) state.textContent = words;
  state.classList.toggle('on', isLive && !isPaused);
}

/** Only what differs, so that the keyboard's place stays where it is. */
function renew(text) {
  const news = new DOMParser().parseFromString(text, 'text/html');
  for (const section of live.children) {
    const next = news.getElementById(section.id);
    if (next === null || next.innerHTML === section.innerHTML || isMarkedIn(section)) continue;
    const place = section.contains(document.activeElement)
      ? document.activeElement.getAttribute('href')
      : null;
    section.innerHTML = next.innerHTML;
    if (place !== null)
      [...section.querySelectorAll('a')].find((a) => a.getAttribute('href') === place)?.focus();
  }
}

/** Who marks lines wants to copy them. */
function isMarkedIn(section) {
  const marked = document.getSelection();
  return marked !== null && !marked.isCollapsed && marked.containsNode(section, true);
}
