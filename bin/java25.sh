# shellcheck shell=sh
# Sourced, not run. java25_home prints the home of a JDK 25 or newer, or nothing.
# Order: JAVA_HOME, JAVA25_HOME, the javac on the PATH, then the usual places.

java25_feature() {
    if [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
        sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
    fi
}

java25_fits() {
    java25_found=$(java25_feature "$1")
    [ -n "$java25_found" ] && [ "$java25_found" -ge 25 ]
}

java25_home() {
    for java25_dir in "${JAVA_HOME:-}" "${JAVA25_HOME:-}"; do
        if [ -n "$java25_dir" ] && java25_fits "$java25_dir"; then
            echo "$java25_dir"
            return 0
        fi
    done
    java25_javac=$(command -v javac 2>/dev/null || true)
    if [ -n "$java25_javac" ]; then
        java25_dir=$(dirname "$(dirname "$(readlink -f "$java25_javac")")")
        if java25_fits "$java25_dir"; then
            echo "$java25_dir"
            return 0
        fi
    fi
    for java25_dir in /usr/lib/jvm/* /opt/*jdk* "${HOME:-/root}"/.sdkman/candidates/java/* \
        "${HOME:-/root}"/.jdks/*; do
        if [ ! -L "$java25_dir" ] && java25_fits "$java25_dir"; then
            echo "$java25_dir"
            return 0
        fi
    done
    return 0
}

# As above, but ends the script with a message when there is none.
java25_require() {
    JAVA_HOME=$(java25_home)
    if [ -z "$JAVA_HOME" ]; then
        echo "Error: no JDK 25 or newer found; set JAVA_HOME to one" >&2
        exit 1
    fi
    export JAVA_HOME
}

# java25_stale NEEDED...: whether a source of these modules is newer than the last build. Reads java25_root and
# java25_stamp.
java25_stale() {
    [ ! -f "$java25_stamp" ] || [ -n "$(cd "$java25_root" && for java25_dir in "$@"; do
        find pom.xml "$java25_dir/pom.xml" "$java25_dir/src/main" -newer "$java25_stamp" -print 2>/dev/null
    done | head -n 1)" ]
}

# java25_build ROOT MODULE [NEEDED...]: builds the module when a source of it or of the modules it needs
# is newer than the last build. Nothing goes to stdout, which belongs to the program. The jars are in
# MODULE/target and MODULE/target/lib then. One build at a time in a clone; with JAVA25_BUILT set, none: who sets
# it has built.
java25_build() {
    [ -z "${JAVA25_BUILT:-}" ] || return 0
    java25_root=$1
    java25_module=$2
    java25_target="$java25_root/$java25_module/target"
    java25_stamp="$java25_target/lib/.built"
    shift
    java25_stale "$@" || return 0
    (
        mkdir -p "$java25_root/target" "$java25_target"
        if command -v flock >/dev/null 2>&1; then
            exec 9>"$java25_root/target/.build.lock"
            if ! flock -n 9; then
                echo "another build is running in this clone, waiting for it ..." >&2
                flock 9
                java25_stale "$@" || exit 0
            fi
        fi
        echo "building $java25_module ..." >&2
        : >"$java25_target/.building"
        if ! (cd "$java25_root" && mvn -q -B -pl "$java25_module" -am package -Dquick -Dmaven.test.skip=true \
            -Dspotless.check.skip=true) >"$java25_target/build.log" 2>&1 9>&-; then
            cat "$java25_target/build.log" >&2
            echo "Error: the build failed" >&2
            exit 1
        fi
        mv "$java25_target/.building" "$java25_stamp"
    ) || exit 1
}
