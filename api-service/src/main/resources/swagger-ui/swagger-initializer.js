// Goes before the file of the same name in the webjar. No validatorUrl: the document is not sent anywhere. The token of
// "Authorize" is kept by the page only, and is gone with it.
window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: "../v3/api-docs",
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
};
