export default () => {
// Write the body of your
// transform function here.

// Remember to return a value. 

return listServiceDefinitions0.outputs.data.map(output => output.attributes.schema['dd-service']);
};
