#!/bin/sh
# Makes certificates for TLS tests: certs.sh DIR (see the README for what is there).
set -eu

[ $# -eq 1 ] || { echo "usage: certs.sh DIR" >&2; exit 2; }
mkdir -p "$1"
cd "$1"

cat >openssl.cnf <<'END'
[req]
distinguished_name = name
prompt = no
[name]
CN = cloudsim
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[host]
subjectAltName = IP:127.0.0.1, DNS:localhost
extendedKeyUsage = serverAuth
[otherhost]
subjectAltName = DNS:wrong.invalid
extendedKeyUsage = serverAuth
[person]
extendedKeyUsage = clientAuth
END

say_no() { # run quietly, but show what failed
	"$@" >log 2>&1 || { cat log >&2; exit 1; }
}

key() { # NAME
	say_no openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
	chmod 600 "$1.key"
}

# NAME CN SECTION: signed by itself
own() {
	key "$1"
	say_no openssl req -x509 -new -config openssl.cnf -key "$1.key" -subj "/CN=$2" \
		-extensions "$3" -days 3650 -out "$1.pem"
}

# NAME CN SECTION CA [FROM UNTIL]: signed by another
signed() {
	key "$1"
	say_no openssl req -new -config openssl.cnf -key "$1.key" -subj "/CN=$2" -out "$1.csr"
	if [ $# -eq 4 ]; then
		say_no openssl x509 -req -in "$1.csr" -CA "$4.pem" -CAkey "$4.key" -CAcreateserial \
			-extfile openssl.cnf -extensions "$3" -days 3650 -out "$1.pem"
	else # only `ca` can date a certificate back
		: >index.txt
		say_no openssl ca -batch -config ca.cnf -cert "$4.pem" -keyfile "$4.key" \
			-extfile openssl.cnf -extensions "$3" -startdate "$5" -enddate "$6" \
			-in "$1.csr" -notext -out "$1.pem"
	fi
	rm -f "$1.csr"
}

cat >ca.cnf <<'END'
[ca]
default_ca = default
[default]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
END

own ca "cloudsim test CA" authority
own foreign-ca "another test CA" authority
own selfsigned localhost host
signed good localhost host ca
signed wronghost wrong.invalid otherhost ca
signed foreign localhost host foreign-ca
signed client "a client" person ca
signed expired localhost host ca 20200101000000Z 20210101000000Z

mkdir -p ca.d
cp ca.pem ca.d/
say_no openssl rehash ca.d
rm -f openssl.cnf ca.cnf index.txt* ./*.srl log [0-9A-F]*.pem
