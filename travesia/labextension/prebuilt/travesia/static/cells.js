/* What learner mode does to cells: it locks them and shows or hides their code. */

/* A cell in which the learner writes: an nbgrader solution that is no question of ours. */
function isOwn(model) {
  const grading = model.getMetadata('nbgrader');
  return Boolean(grading?.solution && !grading.locked && !model.getMetadata('travesia')?.item);
}

/* Whether the learner writes code or text here, which only the notebook itself keeps. */
export function hasOwnCells(panel) {
  return panel.content.widgets.some(cell => isOwn(cell.model));
}

/* Keeps the course's cells from being edited or deleted; nothing of it can be undone by a key. */
export function lockCells(panel) {
  const { model } = panel.content;
  model.sharedModel.transact(() => {
    for (const cell of model.cells) {
      if (cell.getMetadata('deletable') !== false) {
        cell.setMetadata('deletable', false);
      }
      if (!isOwn(cell) && cell.getMetadata('editable') !== false) {
        cell.setMetadata('editable', false);
      }
    }
  }, false);
}

/* Takes away the name of a cell's kind: it says nothing to a reader, and a plain box has no name. */
export function unname(cell) {
  cell.node.removeAttribute('aria-label');
}

/* Hides or shows the code of all cells but those in which the learner writes code. */
export function hideCode(panel, hidden) {
  panel.toggleClass('travesia-code-shown', !hidden);
  for (const cell of panel.content.widgets) {
    const own = isOwn(cell.model);
    unname(cell);
    cell.toggleClass('travesia-own', own);
    const empty = !cell.model.sharedModel.getSource().trim();
    cell.toggleClass('travesia-empty', cell.model.type === 'code' && empty && !own);
    if (cell.model.type === 'code') {
      cell.inputHidden = hidden && !own;
    }
  }
}
