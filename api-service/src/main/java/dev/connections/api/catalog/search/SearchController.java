package dev.connections.api.catalog.search;

import dev.connections.api.catalog.DataObject;
import dev.connections.api.catalog.Listed;
import dev.connections.api.database.pool.LongWork;
import dev.connections.api.http.contract.Contract;
import dev.connections.api.http.page.Cursors;
import dev.connections.api.http.page.Page;
import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SearchController {
    private final Contract contract;
    private final Cursors cursors;
    private final SearchStore searches;
    private final LongWork longWork;

    SearchController(Contract contract, Cursors cursors, SearchStore searches, LongWork longWork) {
        this.contract = contract;
        this.cursors = cursors;
        this.searches = searches;
        this.longWork = longWork;
    }

    @PostMapping(
            path = "/api/connections/data/search",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    Page<DataObject> search(@RequestBody(required = false) byte @Nullable [] body) {
        SearchRequest request = Json.convert(contract.validate("SearchDataObjectsRequest", body), SearchRequest.class);
        String list = request.list();
        Search search = searches.resolve(
                request, request.cursor() == null ? null : after(list, request.cursor()), request.pageSize() + 1);
        return Page.of(
                        longWork.of(() -> searches.find(search)),
                        request.pageSize(),
                        last -> cursors.encode(list, last.key()))
                .map(Listed::object);
    }

    /** Here the cursor is a property of the body, so a problem uses its JSON pointer. */
    private List<String> after(String list, String cursor) {
        try {
            return cursors.decode(list, cursor);
        } catch (InvalidRequestException e) {
            throw InvalidRequestException.of(
                    "/cursor", "is not a cursor of this search; repeat its filters, or omit the cursor to start again");
        }
    }
}
