/** The page of Swagger UI without what says nothing here: another product's logo, a choice of one server, empty columns, wide gaps. */
export const SWAGGER_STYLE = `
    .swagger-ui .topbar { padding: 6px 0; }
    .swagger-ui .topbar-wrapper .link svg, .swagger-ui .topbar-wrapper .link img { display: none; }
    .swagger-ui .topbar-wrapper .link::before { content: 'Curfew'; font-size: 20px; }
    .swagger-ui .info { margin: 24px 0 16px; }
    .swagger-ui .info li { line-height: 1.6; }
    .swagger-ui .scheme-container { padding: 12px 0; }
    .swagger-ui .scheme-container .servers, .swagger-ui .scheme-container .servers-title { display: none; }
    .swagger-ui .response-col_links { display: none; }
`;
