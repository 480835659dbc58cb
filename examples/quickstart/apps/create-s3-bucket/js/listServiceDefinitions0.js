export default (outputs) => {
// Use `outputs` to reference the query's unformatted output.

// TODO: Apply transformations to the raw query output

return outputs.data.map(output => output.attributes.schema['dd-service']);
};
