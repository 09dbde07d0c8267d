#!/bin/sh
# 用 curl 整件办理事项 M12（公共租赁住房资格） · a whole case of matter M12 with curl and POSIX tools, against `make demo`.
#
#   examples/whole_case.sh [FOLDER]     URL=http://127.0.0.1:8000 CLIENT=demo-hall SECRET=demo-hall-secret
#
# FOLDER 是办件档案：答复（带签名回执）和公钥 · the case file: the answer with its signed receipt, and the published keys.
# 被拒绝即退出，状态 1 · a step that is refused ends it with status 1; a register that is down does not.
set -eu
umask 077 # 答复里有个人信息 · answers hold personal data

URL=${URL:-http://127.0.0.1:8000}
CLIENT=${CLIENT:-demo-hall}
SECRET=${SECRET:-demo-hall-secret}
ROOT=$(cd "$(dirname "$0")/.." && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' HUP INT TERM
FOLDER=${1:-$WORK}
FOLDER=$(cd "$FOLDER" && pwd)
ANSWER=$WORK/answer.json

CASE=HALL-$(date +%Y%m%d-%H%M%S)-$$ # 办件编号由部门自编 · the department's own number
MATTER=M12
APPLICANT=320102199902259913
HANDLER=H-101

# ---- 工具 · tools ---------------------------------------------------------------------------------------------------

# 任何文字写入 JSON 前先转义 · text as the inside of a JSON string: whatever people type goes through this.
json() { printf '%s' "$1" | tr '\000-\037' ' ' | sed 's/[\\"]/\\&/g'; }

# 答复中该名称的第一个文字值 · the first text under this name in the answer; empty where there is none. Enough for what these
# requests select; a system of one's own reads JSON with a parser.
first() { sed "s/\"$1\":\"/\\
&/g" "$ANSWER" | sed -n "s/^\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

# 令牌，十分钟有效；密钥与令牌都不进命令行（ps 可见） · a token for ten minutes, then sign in again; neither secret nor token stands
# on a command line, where `ps` shows it.
sign_in() {
    curl -sS --config - -d grant_type=client_credentials -o "$ANSWER" "$URL/oauth/token" <<EOF || unreachable
user = "$CLIENT:$SECRET"
EOF
    token=$(first access_token)
    if [ -z "$token" ]; then
        printf '未能取得令牌（%s）：%s\n' "$(first error)" "$(first error_description)" >&2
        exit 1
    fi
    printf 'Authorization: Bearer %s\n' "$token" >"$WORK/bearer"
}

unreachable() {
    printf '网关不可达 · the gateway at %s does not answer\n' "$URL" >&2
    exit 1
}

# 发送请求（正文由标准输入读入） · send the request that stands on standard input. The purpose says for which matter, in which
# case and by whom; it stands in the record of each answer.
ask() {
    tr '\n' ' ' >"$WORK/request.json" # 换行只为易读 · lines are for the reader: none stands within a JSON string
    curl -sS -o "$ANSWER" -H @"$WORK/bearer" \
        -H 'Content-Type: application/json' \
        -H 'Accept: application/graphql-response+json' \
        -H 'Sharing-Receipt: signed' \
        -H "Sharing-Purpose: matter=\"$MATTER\", use=administrative-basis, case=\"$CASE\", handler=\"$HANDLER\"" \
        --data-binary @"$WORK/request.json" "$URL/graphql" || unreachable
}

# 是否被拒绝 · whether it was refused: `code` stands in errors only. SOURCE_UNAVAILABLE is no refusal: the rest was answered.
refused() {
    grep -qE '^\{"(data|errors)"' "$ANSWER" || unreachable # 中间代理的页面 · a page of some proxy between
    # 每条错误各占一行 · one line for each error
    sed 's/"extensions":{"code"/\
&/g' "$ANSWER" | sed -n 's/^"extensions":{"code":"\([A-Z_]*\)".*/\1/p' >"$WORK/codes"
    if grep -q SOURCE_UNAVAILABLE "$WORK/codes"; then
        echo '来源暂不可用，其余照常 · SOURCE_UNAVAILABLE, the rest goes on'
    fi
    grep -qv SOURCE_UNAVAILABLE "$WORK/codes"
}

# 中文名称、说明、怎么办、依据 · the Chinese title, what is wrong, what to do, and the article.
tell_refusal() {
    sed "s/\\\\\"/'/g" "$ANSWER" >"$WORK/refusal"
    echo >>"$WORK/refusal"
    sed -n 's/.*"errors":\[{"message":"\([^"]*\)".*"code":"\([^"]*\)".*"title":"\([^"]*\)".*/\3（\2）：\1/p' "$WORK/refusal"
    sed -n 's/.*"hint":"\([^"]*\)","hintZh":"\([^"]*\)".*/  怎么办 · hint: \2 · \1/p' "$WORK/refusal"
    sed -n 's/.*"article":"\([^"]*\)".*/  依据 · article: \1/p' "$WORK/refusal"
}

must() { # 须成功 · send it; where it is refused, say so and end.
    ask
    if refused; then
        tell_refusal >&2
        exit 1
    fi
}

# 核验全部材料 · check all materials: all registers in one round, one entry in the ledger. `code … reasonText` come first in each
# material, so that each starts a line below; `read_materials` makes them `code|verdict|title|reasonText`.
check() {
    must <<EOF
{"query": "query(\$matter: String!, \$subjects: [CaseSubjectInput!]!) {
   materialCheck(matter: \$matter, subjects: \$subjects) { receipt comparedWith materials {
     code verdict title reason reasonText changed contents { path outcome title value } } } }",
 "variables": {"matter": "$MATTER", "subjects": $SUBJECTS}}
EOF
    RECEIPT=$(first receipt)
    FILED=$FOLDER/$RECEIPT.json
    cp "$ANSWER" "$FILED" # 原样归档 · into the case file as it came
    # 答复末尾没有换行 · an answer ends without a newline, and `read` would pass its last material over.
    { cat "$ANSWER" && echo; } | sed 's/{"code":"/\
&/g' | sed -n 's/^{"code":"\([^"]*\)","verdict":"\([^"]*\)","title":"\([^"]*\)","reason":"\([^"]*\)","reasonText":"\([^"]*\)","changed":\([a-z]*\),.*/\1|\2|\3|\4|\5|\6/p' >"$WORK/materials"
    printf '材料核验 · materials checked, 回执 · receipt %s\n' "$RECEIPT"
    while IFS='|' read -r code verdict title reason text changed; do
        case $changed in true) changed=' 有变化 · changed' ;; *) changed='' ;; esac
        printf '  %s | %s %s | %s %s%s\n' "$verdict" "$code" "$title" "$reason" "$text" "$changed"
    done <"$WORK/materials"
}

verdict_of() { sed -n "s/^$1|\\([^|]*\\)|.*/\\1/p" "$WORK/materials"; }

collect() { # 登记收取 · collect MATERIAL [REASON]: the request, on standard output
    reason=null
    if [ $# -gt 1 ]; then reason="\"$(json "$2")\""; fi
    cat <<EOF
{"query": "mutation(\$case: String!, \$material: String!, \$reason: String) {
   recordCollection(case: \$case, material: \$material, reason: \$reason) { kind } }",
 "variables": {"case": "$CASE", "material": "$(json "$1")", "reason": $reason}}
EOF
}

# ---- 一、登记办件，先登记再查询 · open the case before the first read ---------------------------------------------------

SUBJECTS='[{"role": "applicant", "idNumber": "'$APPLICANT'"}]'
sign_in
must <<EOF
{"query": "mutation(\$case: String!, \$matter: String!, \$subjects: [CaseSubjectInput!]!) {
   openCase(case: \$case, matter: \$matter, subjects: \$subjects) { number } }",
 "variables": {"case": "$CASE", "matter": "$MATTER", "subjects": $SUBJECTS}}
EOF
echo "开始办件 · opened $(first number)"

# ---- 二、核验材料：哪些不得再要 · which materials may not be asked for --------------------------------------------------

check

# ---- 三、收取材料：说明理由；能共享的，不说明理由即被拒绝 · collect what is left, with the reason -------------------------

while IFS='|' read -r code verdict title reason text changed; do
    case $verdict in
    ASK | ASK_WITH_REASON)
        collect "$code" "$text" >"$WORK/collect.json"
        must <"$WORK/collect.json"
        echo "收取 · collected $title: $(first kind)"
        ;;
    esac
done <"$WORK/materials"

if [ "$(verdict_of maritalStatus)" = NOT_TO_BE_ASKED ]; then
    collect maritalStatus >"$WORK/collect.json"
    ask <"$WORK/collect.json"
    if refused; then # 意料之中：不再要 · as it should be: it is not asked for
        tell_refusal
    fi
fi

# ---- 四、提出疑义，再核验，接受主动提供的证明，照常办理 · a doubt; then proof is accepted, and business goes on ------------

DOUBT=
if [ "$(verdict_of noDwelling)" = NOT_TO_BE_ASKED ]; then
    # 查无记录也可以提出疑义 · that nothing was found can be doubted, too: name the position as `path` in the contents tells it.
    path=$(sed 's/{"path":"/\
&/g' "$FILED" | sed -n 's/^{"path":"\([^"]*\.realEstateUnits\)".*/\1/p' | head -n 1)
    must <<EOF
{"query": "mutation(\$receipt: String!, \$path: String!, \$observed: String!, \$subject: String) {
   reportDoubt(receipt: \$receipt, path: \$path, observed: \$observed, subject: \$subject) { id state due } }",
 "variables": {"receipt": "$RECEIPT", "path": "$path", "subject": "$APPLICANT",
   "observed": "$(json '当事人自述名下有"阳光花园"住房一套')"}}
EOF
    DOUBT=$(first id)
    echo "提出疑义 · doubt $(first state): $path, 核实期限 · due $(first due)"
    check
else
    echo '无须提出疑义 · nothing to report: no answer, or it is under verification already'
fi

if [ "$(verdict_of noDwelling)" = ACCEPT_IF_OFFERED ]; then
    # 扫描件用 Base64 · a scan in Base64; here some bytes that begin as a PNG does.
    scan=$(printf '\211PNG\r\n\032\n scan' | base64 | tr -d '\n')
    doubt=null
    if [ -n "$DOUBT" ]; then doubt="\"$DOUBT\""; fi
    must <<EOF
{"query": "mutation(\$case: String!, \$material: String!, \$file: ScanInput!, \$doubt: ID) {
   recordOfferedProof(case: \$case, material: \$material, file: \$file, doubt: \$doubt) { kind } }",
 "variables": {"case": "$CASE", "material": "noDwelling", "doubt": $doubt,
   "file": {"name": "不动产登记查询结果.png", "mediaType": "image/png", "content": "$scan"}}}
EOF
    echo "收下主动提供的证明 · accepted noDwelling: $(first kind)"
fi

# ---- 五、留存并核验签名回执 · keep the answer, verify its signed receipt ----------------------------------------------

curl -sS -f -o "$WORK/receipt.json" -H @"$WORK/bearer" "$URL/receipts/$RECEIPT" || unreachable
jws=$(sed -n 's/.*"jws":"\([^"]*\)".*/\1/p' "$WORK/receipt.json")
if [ -z "$jws" ] || ! grep -q "\"jws\":\"$jws\"" "$FILED"; then
    echo '回执与台账不符 · the gateway has another receipt under this number' >&2
    exit 1
fi
curl -sS -f -o "$FOLDER/jwks.json" "$URL/.well-known/jwks.json" || unreachable
PYTHON=$ROOT/.venv/bin/python # 网关自带的核验命令，不联网 · the gateway's own command, offline
(cd "$ROOT" && "$PYTHON" -m cli receipt verify "$FILED" --keys "$FOLDER/jwks.json")

# ---- 六、移交同事，决定前再核验，办结 · hand over, check again before the decision, close -------------------------------

must <<EOF
{"query": "mutation(\$case: String!, \$to: String!, \$reason: String!) {
   handOverCase(case: \$case, to: \$to, reason: \$reason) { handler } }",
 "variables": {"case": "$CASE", "to": "H-102", "reason": "$(json '轮岗')"}}
EOF
HANDLER=$(first handler)
echo "已移交 · handed over to $HANDLER"
check
must <<EOF
{"query": "mutation(\$case: String!, \$result: CaseResult!) {
   closeCase(case: \$case, result: \$result) { number result warnings } }",
 "variables": {"case": "$CASE", "result": "APPROVED"}}
EOF
echo "办结 · closed $(first number): $(first result)"
