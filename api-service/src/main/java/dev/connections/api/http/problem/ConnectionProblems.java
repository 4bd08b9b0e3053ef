package dev.connections.api.http.problem;

/** The problems of requests on connections. */
public final class ConnectionProblems {
    private ConnectionProblems() {}

    /** There is no connection with this key. */
    public static ProblemException noSuchConnection(String key) {
        return ProblemException.notFound(
                "There is no connection '" + key + "'; GET /api/connections lists the connections.");
    }

    /** The connection's state does not allow the request. */
    public static ProblemException stateForbids(String sentence) {
        return ProblemException.conflict("connection-state", sentence);
    }
}
