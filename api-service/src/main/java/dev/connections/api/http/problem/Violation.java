package dev.connections.api.http.problem;

/**
 * One thing that is wrong with a request.
 *
 * @param pointer JSON pointer into the body, or the name of the parameter
 * @param detail what it must be; never quotes the value, which may be a secret
 */
public record Violation(String pointer, String detail) {}
