# Sourced by scripts. find_jdk prints the home of a JDK that is new enough, or fails.

# The feature release of the Java in that home: 21, 25, ...; nothing where there is none.
java_release() {
    [ -x "$1/bin/javac" ] || return 0
    "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1
}

is_new_enough() {
    local release
    release=$(java_release "$1")
    [ -n "$release" ] && [ "$release" -ge 21 ]
}

find_jdk() {
    local home java
    if [ -n "${JAVA_HOME:-}" ] && is_new_enough "$JAVA_HOME"; then
        echo "$JAVA_HOME"
        return
    fi
    # The java on the PATH may be a link, or on macOS a stub that knows its home itself.
    if java=$(command -v java); then
        home=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
        if [ -n "$home" ] && is_new_enough "$home"; then
            echo "$home"
            return
        fi
    fi
    for home in /usr/lib/jvm/* /usr/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* /opt/*; do
        if is_new_enough "$home"; then
            echo "$home"
            return
        fi
    done
    return 1
}
