# shellcheck shell=bash
# Sourced. What ./demo and ./verify print: plain lines in a file, colour and a moving line on a terminal.

ui_tty=no
[ ! -t 1 ] || ui_tty=yes
ui_good='' ui_bad='' ui_dim='' ui_off=''
if [ "$ui_tty" = yes ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    ui_good=$'\e[32m' ui_bad=$'\e[31m' ui_dim=$'\e[2m' ui_off=$'\e[0m'
fi

# Takes back what ui_waiting wrote.
ui_clear() {
    [ "$ui_tty" = no ] || printf '\r%*s\r' 78 ''
}

# A line that the next output replaces; in a file it would only be noise.
ui_waiting() {
    [ "$ui_tty" = no ] || printf '\r%s%-77.77s%s' "$ui_dim" "  … $*" "$ui_off"
}

ui_say() {
    ui_clear
    printf '%s\n' "$*"
}

ui_tick() {
    ui_clear
    printf '%s✓%s %s\n' "$ui_good" "$ui_off" "$*"
}

ui_cross() {
    ui_clear
    printf '%s✗%s %s\n' "$ui_bad" "$ui_off" "$*"
}

# ui_tail FILE [LINES]: names a log and shows its end.
ui_tail() {
    printf '  last lines of %s:\n' "$1"
    tail -n "${2:-8}" -- "$1" 2>/dev/null | cut -c 1-220 | sed 's/^/    /'
}

# The command that ui_run_logged is running: a process group of its own.
ui_child=''

# ui_run_logged LABEL LOG COMMAND...: runs the command with its output in LOG and shows for how long it has been
# running: at every second on a terminal, every ten seconds in a file.
ui_run_logged() {
    local label=$1 log=$2 began=$SECONDS passed told=0 status=0
    shift 2
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    ui_child=$!
    set +m
    while kill -0 "$ui_child" 2>/dev/null; do
        passed=$((SECONDS - began))
        ui_waiting "$label: $passed s"
        if [ "$ui_tty" = no ] && [ "$passed" -ge $((told + 10)) ]; then
            echo "  $label: $passed s so far"
            told=$passed
        fi
        sleep 0.2
    done
    wait "$ui_child" || status=$?
    ui_child=''
    ui_clear
    return "$status"
}

# Ends the command that ui_run_logged is running, for EXIT traps.
ui_stop() {
    [ -z "$ui_child" ] || kill -TERM -- "-$ui_child" 2>/dev/null || true
}
