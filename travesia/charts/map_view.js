function render({ model, el }) {
  el.innerHTML = model.get("html");
  const map = flowMap(el.querySelector(".tv-map"), GEOMETRY);
  const show = () => map.show(model.get("document"));
  model.on("change:document", show);
  show();
  return () => {
    model.off("change:document", show);
    map.destroy();
  };
}

export default { render };
