export default () => {
function parseExample(url) {
    // Create a URL object from the given string
    const urlObj = new URL(url);

    // Get the pathname from the URL object
    const pathname = urlObj.pathname;

    // Split the pathname into parts using '/' as a delimiter
    const parts = pathname.split('/');

    // The last part of the array will be "example0"
    const example = parts[parts.length - 1];

    return example;
}

// Example usage
return parseExample(getServiceLink.outputs[0].attributes.schema.integrations.pagerduty)
};
