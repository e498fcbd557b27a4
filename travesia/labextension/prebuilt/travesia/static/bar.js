/* The bar above a course notebook: the way back, what is going on, and what can be done. */

/* An element with properties and children; text is always text, never markup. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) {
      made[name] = value;
    } else {
      made.setAttribute(name, value);
    }
  }
  made.append(...children);
  return made;
}

export class Bar {
  constructor({ strings, campus }, about) {
    this.notices = new Map();
    this.status = element('p', { className: 'travesia-status', role: 'status' });
    this.meter = element('progress', { className: 'travesia-meter', max: 1, value: 0, hidden: true });
    this.meter.setAttribute('aria-label', strings.preparing);
    this.noticeList = element('div', { className: 'travesia-notices', role: 'alert' });

    const back = element('a', { className: 'travesia-back', href: campus }, strings.campus);
    back.addEventListener('click', async event => {
      event.preventDefault();
      await this.onLeave();
      location.href = campus;
    });
    this.code = element('button', { type: 'button', className: 'travesia-button' }, strings.show_code);
    this.code.setAttribute('aria-pressed', 'false');
    this.code.addEventListener('click', () => {
      const shown = this.code.getAttribute('aria-pressed') !== 'true';
      this.code.setAttribute('aria-pressed', String(shown));
      this.onCode(shown);
    });
    const again = element('button', { type: 'button', className: 'travesia-button' }, strings.run_again);
    again.title = strings.run_again_hint;
    again.addEventListener('click', () => this.onRunAgain());
    const row = element(
      'div', { className: 'travesia-row' }, back, this.status,
      element('div', { className: 'travesia-actions' }, this.code, again)
    );
    if (about.kind === 'assignment') {
      const hand = element(
        'button', { type: 'button', className: 'travesia-button travesia-primary' }, strings.hand_in
      );
      hand.addEventListener('click', () => this.onHandIn());
      row.append(hand);
    }
    this.inner = element(
      'div', { className: 'travesia-bar-inner' }, row, this.noticeList, this.meter
    );
    this.node = element('div', { className: 'travesia-bar', role: 'region' }, this.inner);
    this.node.setAttribute('aria-label', strings.bar);
  }

  /* The layout gives the bar what it asks for, so the bar asks for what its words need. */
  watch() {
    new ResizeObserver(() => {
      this.node.style.minHeight = `${this.inner.offsetHeight}px`;
      this.resized();
    }).observe(this.inner);
  }

  /* Tells what is going on; what needs no eyes is told to screen readers alone. */
  say(text, { aloud = false } = {}) {
    this.status.textContent = text;
    this.status.classList.toggle('travesia-aloud', aloud);
  }

  progress(part) {
    this.meter.hidden = false;
    this.meter.value = part;
  }

  done() {
    this.meter.hidden = true;
    this.say('');
  }

  /* Shows a message until it is cleared; one of each kind at a time. */
  notice(kind, text, buttons = []) {
    this.clear(kind);
    const notice = element('div', { className: 'travesia-notice' }, element('p', {}, text));
    notice.classList.add(`travesia-notice-${kind}`);
    for (const { label, act } of buttons) {
      const button = element('button', { type: 'button', className: 'travesia-button' }, label);
      button.addEventListener('click', act);
      notice.append(button);
    }
    this.notices.set(kind, notice);
    this.noticeList.append(notice);
  }

  clear(kind) {
    this.notices.get(kind)?.remove();
    this.notices.delete(kind);
  }
}
