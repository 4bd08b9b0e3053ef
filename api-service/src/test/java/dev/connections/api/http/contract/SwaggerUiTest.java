package dev.connections.api.http.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import java.net.URI;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SwaggerUiTest {
    private static final String PAGE = "/swagger-ui/index.html";
    private static final Pattern FILE = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

    private final RunningApi api = RunningApi.get();

    @Test
    void thePageAndItsFilesNeedNoToken() {
        Answer page = open(PAGE);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        List<String> files =
                FILE.matcher(page.body()).results().map(MatchResult::group).toList();
        assertThat(files).hasSizeGreaterThanOrEqualTo(5);
        FILE.matcher(page.body()).results().forEach(file -> {
            String path = URI.create(PAGE).resolve(file.group(1)).getPath();
            assertThat(open(path).body()).as(path).isNotEmpty();
        });
    }

    @Test
    void thePageLoadsTheContractOfThisService() {
        String script = open("/swagger-ui/swagger-initializer.js").body();
        assertThat(script).contains("url: \"../v3/api-docs\"").doesNotContain("petstore");
        assertThat(open(URI.create(PAGE).resolve("../v3/api-docs").getPath())
                        .at("/components/securitySchemes/bearerAuth/scheme"))
                .isEqualTo("bearer");
    }

    @Test
    void itsFolderLeadsToThePage() {
        for (String path : new String[] {"/swagger-ui", "/swagger-ui/"}) {
            Answer answer = api.send(api.anonymous("GET", path, null));
            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.header("Location")).isEqualTo(PAGE);
        }
    }

    @Test
    void nothingElseIsOpenedWithIt() {
        api.send(api.anonymous("GET", "/swagger-ui/nothing.js", null)).isProblem(404);
        for (String path : new String[] {"/swagger-uix", "/webjars/swagger-ui/index.html", "/contract/openapi.yaml"}) {
            api.send(api.anonymous("GET", path, null)).isProblem(401);
            api.get(path).isProblem(404);
        }
        for (String path : new String[] {"/swagger-ui/../api-service.yaml", "/swagger-ui/%2e%2e/api-service.yaml"}) {
            Answer answer = api.send(api.anonymous("GET", path, null));
            assertThat(answer.status()).as(path).isIn(400, 401, 404);
        }
    }

    private Answer open(String path) {
        Answer answer = api.send(api.anonymous("GET", path, null));
        assertThat(answer.status()).as(path).isEqualTo(200);
        return answer;
    }
}
