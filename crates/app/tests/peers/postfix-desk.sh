# A Postfix that takes mails of people, passes those for check@shop.example on to the desk,
# and delivers the desk's answers into a mailbox: postfix-desk.sh start FOLDER PORT smtp|lmtp DESK
# or postfix-desk.sh stop FOLDER. Ends with 77 where it cannot.
set -eu
action=$1 folder=$2
command -v postfix >/dev/null 2>&1 || PATH="$PATH:/usr/sbin"
command -v postfix >/dev/null 2>&1 || exit 77
[ "$(id -u)" = 0 ] || exit 77
if [ "$action" = stop ]; then
    postfix -c "$folder/etc" stop >/dev/null 2>&1 || true
    exit 0
fi
port=$3 protocol=$4 desk=$5
chmod 755 "$folder"
mkdir -p "$folder/etc" "$folder/queue" "$folder/data" "$folder/mail"
chown postfix "$folder/data"
chown nobody "$folder/mail"
cat > "$folder/etc/main.cf" <<MAIN
compatibility_level = 3.6
queue_directory = $folder/queue
data_directory = $folder/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
multi_instance_enable = yes
multi_instance_name = -
maillog_file_prefixes = $folder
maillog_file = $folder/log
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = localhost
mydestination =
disable_dns_lookups = yes
transport_maps = inline:{check@shop.example=$protocol:[127.0.0.1]:$desk}
virtual_mailbox_domains = shop.example amazon.com
virtual_mailbox_base = $folder
virtual_mailbox_maps = static:mail/
virtual_minimum_uid = 1
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
smtpd_recipient_restrictions = permit_mynetworks, reject
default_transport = error
MAIN
cat > "$folder/etc/master.cf" <<MASTER
127.0.0.1:$port inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
error unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
proxymap unix - - n - - proxymap
MASTER
touch "$folder/etc/dynamicmaps.cf"
postfix -c "$folder/etc" check
postfix -c "$folder/etc" start >&2
