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

# java25_build ROOT MODULE [NEEDED...]: builds the module when a source of it or of the modules it needs
# is newer than the last build. Nothing goes to stdout, which belongs to the program. The jars are in
# MODULE/target and MODULE/target/lib then.
java25_build() {
    java25_root=$1
    java25_module=$2
    java25_target="$java25_root/$java25_module/target"
    java25_stamp="$java25_target/lib/.built"
    shift
    if [ -f "$java25_stamp" ] && [ -z "$(cd "$java25_root" && for java25_dir in "$@"; do
        find pom.xml "$java25_dir/pom.xml" "$java25_dir/src/main" -newer "$java25_stamp" -print
    done | head -n 1)" ]; then
        return 0
    fi
    echo "building $java25_module ..." >&2
    mkdir -p "$java25_target"
    : >"$java25_target/.building"
    if ! (cd "$java25_root" && mvn -q -B -pl "$java25_module" -am package -Dquick -Dmaven.test.skip=true \
        -Dspotless.check.skip=true) >"$java25_target/build.log" 2>&1; then
        cat "$java25_target/build.log" >&2
        echo "Error: the build failed" >&2
        exit 1
    fi
    mv "$java25_target/.building" "$java25_stamp"
}
