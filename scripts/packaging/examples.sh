# shellcheck shell=bash
# Sourced by ./package: the examples of a package.

# examples_copy CONFIGS FOLDER: the files of configs without what is made there and is nobody else's business: keys and
# certificates (compose/certificates), plans and state of Terraform.
examples_copy() {
    mkdir -p "$2"
    (cd "$1" && find . -type f ! -path './compose/ca/*' ! -path '*/.terraform/*' ! -name .gitignore ! -name '*.key' \
        ! -name '*.crt' ! -name '*.tfstate*' ! -name '*.tfvars' -print0 | tar --null --no-recursion -T - -cf -) |
        tar -C "$2" -xf -
}
