export default (outputs) => {
  const all = outputs.refunds;
  return all.filter(it => it.open);
};
