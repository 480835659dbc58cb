export default () => {
// Write the body of your
// transform function here.

// Remember to return a value. 

function getPagerDutyLink(ddService, data) {
    // Iterate over the data array to find the matching dd-service
    for (let i = 0; i < data.length; i++) {
        if (data[i].attributes.schema['dd-service'] === ddService) {
            // Return the corresponding PagerDuty link and exit the function
            return data[i].attributes.schema.integrations.pagerduty;
        }
    }
    // If no matching service is found, return null or an appropriate message
    return null;
}

return getPagerDutyLink(region.value,listServiceDefinitions0.outputs.data)

};
