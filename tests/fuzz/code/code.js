export default () => {
  const rows = list.outputs?.rows ?? [];
  return rows.filter((row) => row.a !== "}");
};
