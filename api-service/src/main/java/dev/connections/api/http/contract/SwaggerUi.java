package dev.connections.api.http.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The page for trying the API: the packaged Swagger UI, with our own initializer script instead of its own. */
@Component
class SwaggerUi implements WebMvcConfigurer {
    private static final String OWN_FILES = "classpath:/swagger-ui/";
    private static final String PACKAGED_FILES = "classpath:/META-INF/resources/webjars/swagger-ui/";
    private static final String PACKAGE = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/swagger-ui/**")
                .addResourceLocations(OWN_FILES, PACKAGED_FILES + version() + "/")
                .setCacheControl(CacheControl.noCache());
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        for (String path : new String[] {"/swagger-ui", "/swagger-ui/"}) {
            registry.addRedirectViewController(path, "/swagger-ui/index.html").setStatusCode(HttpStatus.FOUND);
        }
    }

    private static String version() {
        try (InputStream in = SwaggerUi.class.getResourceAsStream(PACKAGE)) {
            if (in == null) {
                throw new IllegalStateException("org.webjars:swagger-ui is not on the class path");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + PACKAGE, e);
        }
    }
}
