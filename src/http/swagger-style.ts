/** What the page of Swagger UI looks like beside its own style sheet. */
export const SWAGGER_STYLE = ``;
