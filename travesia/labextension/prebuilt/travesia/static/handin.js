/* Handing in: save, send, and show the receipt or the sentence that says why not. */
import { element } from './bar.js';

let busy = false;

export async function handIn({ panel, context, server, settings, keep }) {
  const { strings } = settings;
  if (busy) {
    return;
  }
  busy = true;
  const dialog = new HandInDialog(settings);
  dialog.show();
  try {
    await settle(panel);
    await keep();
    dialog.succeed(await server('travesia/hand-in', { path: context.path }));
  } catch (error) {
    // What the service says already tells what became of the work.
    const own = [strings.hand_in_unreachable, strings.not_handed_in_hint];
    dialog.fail(error.fromServer ? [error.message] : own);
  } finally {
    busy = false;
  }
}

/* Waits until the kernel has taken in what was typed last: it answers in the order of asking. */
async function settle(panel) {
  document.activeElement?.blur?.();
  const kernel = panel.sessionContext.session?.kernel;
  if (kernel && panel.sessionContext.kernelDisplayStatus !== 'dead') {
    const patience = new Promise(resolve => setTimeout(resolve, 8000));
    await Promise.race([kernel.requestKernelInfo().catch(() => undefined), patience]);
  }
}

class HandInDialog {
  constructor({ strings, language }) {
    this.strings = strings;
    this.language = language;
    this.before = document.activeElement;
    this.title = element('h2', { id: 'travesia-dialog-title', tabIndex: -1 }, strings.handing_in);
    this.body = element('div', { className: 'travesia-dialog-body' });
    this.body.setAttribute('aria-live', 'polite');
    this.close = element(
      'button', { type: 'button', className: 'travesia-button travesia-primary' }, strings.close
    );
    this.close.addEventListener('click', () => this.node.close());
    this.node = element(
      'dialog', { className: 'travesia-dialog' }, this.title, this.body, this.close
    );
    this.node.setAttribute('aria-labelledby', this.title.id);
    this.node.addEventListener('close', () => {
      this.node.remove();
      this.before?.focus?.();
    });
    // Keys pressed here are for the dialog, not for the notebook behind it.
    this.node.setAttribute('data-lm-suppress-shortcuts', 'true');
  }

  show() {
    document.body.append(this.node);
    this.node.showModal();
    this.title.focus();
    this.body.append(element('p', {}, this.strings.handing_in_hint));
  }

  succeed(receipt) {
    this.title.textContent = this.strings.handed_in;
    const facts = [
      [this.strings.receipt_number, receipt.id],
      [this.strings.receipt_time, this.told(receipt.time)]
    ];
    this.body.replaceChildren(
      element('p', {}, this.strings.handed_in_hint),
      ...(receipt.notice ? [element('p', {}, receipt.notice)] : []),
      list(facts),
      element(
        'details', {},
        element('summary', {}, this.strings.receipt_details),
        list([['SHA-256', receipt.sha256]])
      )
    );
    this.close.focus();
  }

  /* The service's time as the person's own clock and language say it. */
  told(time) {
    const form = new Intl.DateTimeFormat(this.language, { dateStyle: 'long', timeStyle: 'long' });
    return element('time', { dateTime: time }, form.format(new Date(time)));
  }

  fail(sentences) {
    this.title.textContent = this.strings.not_handed_in;
    this.node.classList.add('travesia-dialog-failed');
    this.body.replaceChildren(...sentences.map(sentence => element('p', {}, sentence)));
    this.close.focus();
  }
}

function list(facts) {
  return element(
    'dl', {},
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])
  );
}
