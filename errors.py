"""The one shape of every error: a code, what is wrong, what to do next, and where the law says so.

Codes are grouped by the stage that raises them; `docs/errors.md` is written from this table (`resolvers/error_table.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The step of a request that refused."""

    IDENTIFY = "identify"
    PARSE = "parse"
    PLAN = "plan"
    DECIDE = "decide"
    FETCH = "fetch"
    RECORD = "record"
    RESPOND = "respond"
    WORKFLOW = "workflow"
    START = "start"


@dataclass(frozen=True, slots=True)
class Code:
    """An error's kind. `status` is that of `application/graphql-response+json`; `legacy` that of `application/json`.

    `hint` says what to do next, where an error has nothing nearer to say; `hint_zh` says it in Chinese, to whoever reads no
    English. `limit` names the setting that holds the default, for limits.
    """

    name: str
    stage: Stage
    status: int
    legacy: int
    title_zh: str
    hint: str
    hint_zh: str
    limit: str = ""

    def __post_init__(self) -> None:
        if not (self.title_zh and self.hint and self.hint_zh):
            raise ValueError(f"the code `{self.name}` does not say in both languages what to do")


CODES: dict[str, Code] = {}


def _code(
    name: str,
    stage: Stage,
    status: int,
    title_zh: str,
    *,
    hint: str,
    hint_zh: str,
    legacy: int | None = None,
    limit: str = "",
) -> Code:
    code = Code(name, stage, status, status if legacy is None else legacy, title_zh, hint, hint_zh, limit)
    CODES[name] = code
    return code


# fmt: off
# identify
UNAUTHENTICATED = _code("UNAUTHENTICATED", Stage.IDENTIFY, 401, "未提供身份凭证",
    hint="get a token from `POST /oauth/token`, send it as `Authorization: Bearer <token>`",
    hint_zh="请先登录：向 `POST /oauth/token` 取得令牌，以请求头 `Authorization: Bearer <令牌>` 发送。")
INVALID_TOKEN = _code("INVALID_TOKEN", Stage.IDENTIFY, 401, "身份凭证无效或已过期",
    hint="get a new token",
    hint_zh="请重新登录，取得新的令牌。")
TOKEN_NOT_BOUND = _code("TOKEN_NOT_BOUND", Stage.IDENTIFY, 401, "凭证不属于该网络或密钥",
    hint="call from the client's registered network, or with its registered key",
    hint_zh="请在客户端登记的网络中使用，或者出示其登记的密钥。")
CLIENT_DISABLED = _code("CLIENT_DISABLED", Stage.IDENTIFY, 401, "客户端已停用",
    hint="ask the platform's operator",
    hint_zh="请联系平台管理单位。")
ROLE_REQUIRED = _code("ROLE_REQUIRED", Stage.IDENTIFY, 403, "角色无权进行此操作", legacy=200,
    hint="use a client of the role that the message names",
    hint_zh="请改用具有相应角色的客户端登录，或请平台管理单位开通。")
RATE_LIMITED = _code("RATE_LIMITED", Stage.IDENTIFY, 429, "请求过于频繁", limit="rate_per_second",
    hint="wait as `Retry-After` says; ask for many keys in one request",
    hint_zh="请稍候片刻再试（响应头 `Retry-After` 写明秒数）；查询多个主体的，请合并为一次。")
PURPOSE_REQUIRED = _code("PURPOSE_REQUIRED", Stage.IDENTIFY, 403, "须说明使用用途", legacy=200,
    hint="send the header `Sharing-Purpose`",
    hint_zh="请写明使用用途：事项编码、用途和经办人编号（请求头 `Sharing-Purpose`）。")
PURPOSE_INVALID = _code("PURPOSE_INVALID", Stage.IDENTIFY, 400, "使用用途格式有误",
    hint="correct the key that `extensions.key` names",
    hint_zh="请核对使用用途中的事项编码、用途、经办人编号和办件编号（`extensions.key` 指出是哪一项）。")
PURPOSE_CONFLICT = _code("PURPOSE_CONFLICT", Stage.IDENTIFY, 400, "所述用途前后不一致",
    hint="state the purpose in one place, or the same in both",
    hint_zh="请使各处写明的用途一致，所核验的事项也须与用途一致；或者只在一处写明。")
ENTRUSTMENT_REQUIRED = _code("ENTRUSTMENT_REQUIRED", Stage.IDENTIFY, 403, "没有有效的委托", legacy=200,
    hint="have the entrustment recorded, or ask in your own department's name",
    hint_zh="请改以本部门名义办理，或请平台管理单位登记委托。")
CASE_UNKNOWN = _code("CASE_UNKNOWN", Stage.IDENTIFY, 403, "办件不存在或已办结", legacy=200,
    hint="open the case first, naming its subjects",
    hint_zh="请核对办件编号；新办件须先登记并写明当事人（`openCase`），已办结的不能重新打开。")

# parse
BAD_REQUEST = _code("BAD_REQUEST", Stage.PARSE, 400, "请求格式有误",
    hint="correct what the message names; by GET, send what names a person or entity by POST",
    hint_zh="请按 `message` 改正请求；写明个人或者法人的内容请以 POST 发送，不得写在网址中。")
UNSUPPORTED_MEDIA_TYPE = _code("UNSUPPORTED_MEDIA_TYPE", Stage.PARSE, 415, "请求内容类型不受支持",
    hint="send `Content-Type: application/json`, in UTF-8",
    hint_zh="请以 `Content-Type: application/json`、UTF-8 编码发送。")
NOT_ACCEPTABLE = _code("NOT_ACCEPTABLE", Stage.PARSE, 406, "没有可接受的响应类型",
    hint="accept `application/graphql-response+json` or `application/json`",
    hint_zh="请求头 `Accept` 请写 `application/graphql-response+json` 或者 `application/json`。")
METHOD_NOT_ALLOWED = _code("METHOD_NOT_ALLOWED", Stage.PARSE, 405, "请求方法不允许",
    hint="use what `Allow` names; mutations by POST",
    hint_zh="请改用响应头 `Allow` 所列的方法；变更操作请以 POST 发送。")
PREFLIGHT_REQUIRED = _code("PREFLIGHT_REQUIRED", Stage.PARSE, 400, "GET 请求须带自定义请求头",
    hint="by GET, send credentials that no browser adds by itself: `Bearer` or `DPoP`",
    hint_zh="GET 请求请用浏览器不会自动附带的凭证：`Bearer` 或者 `DPoP`。")
BODY_TOO_LARGE = _code("BODY_TOO_LARGE", Stage.PARSE, 413, "请求体过大", limit="body_bytes",
    hint="ask for less at once",
    hint_zh="请减少一次请求的内容。")
SYNTAX_ERROR = _code("SYNTAX_ERROR", Stage.PARSE, 400, "查询语法有误", legacy=200,
    hint="correct the document at `locations`",
    hint_zh="请改正 `locations` 所指之处。")
VALIDATION_FAILED = _code("VALIDATION_FAILED", Stage.PARSE, 400, "查询不符合目录", legacy=200,
    hint="compare the document with the schema at `locations`",
    hint_zh="请对照目录的数据结构，改正 `locations` 所指之处。")
INTROSPECTION_DISABLED = _code("INTROSPECTION_DISABLED", Stage.PARSE, 400, "该客户端不得查询目录结构", legacy=200,
    hint="ask the operator for the client's attribute `introspection`",
    hint_zh="请平台管理单位为该客户端开通属性 `introspection`。")
TOO_MANY_TOKENS = _code("TOO_MANY_TOKENS", Stage.PARSE, 400, "查询过长", legacy=200, limit="tokens",
    hint="shorten the document",
    hint_zh="请缩短查询。")
TOO_DEEP = _code("TOO_DEEP", Stage.PARSE, 400, "查询嵌套过深", legacy=200, limit="depth",
    hint="nest less, or ask in several requests",
    hint_zh="请减少嵌套，或者分几次查询。")
TOO_MANY_ALIASES = _code("TOO_MANY_ALIASES", Stage.PARSE, 400, "别名过多", legacy=200, limit="aliases",
    hint="use the batch roots, such as `persons(idNumbers: […])`",
    hint_zh="请改用批量查询，例如 `persons(idNumbers: […])`。")
TOO_MANY_DIRECTIVES = _code("TOO_MANY_DIRECTIVES", Stage.PARSE, 400, "指令过多", legacy=200, limit="directives",
    hint="leave some out",
    hint_zh="请减少指令。")
TOO_MANY_ROOT_FIELDS = _code("TOO_MANY_ROOT_FIELDS", Stage.PARSE, 400, "根字段过多", legacy=200, limit="root_fields",
    hint="ask in several requests",
    hint_zh="请分几次查询。")

# plan
VARIABLE_INVALID = _code("VARIABLE_INVALID", Stage.PLAN, 400, "变量值有误", legacy=200,
    hint="correct the variable that the message names",
    hint_zh="请改正 `message` 指出的变量。")
OPERATION_UNKNOWN = _code("OPERATION_UNKNOWN", Stage.PLAN, 400, "没有指定的操作", legacy=200,
    hint="name an operation of the document in `operationName`",
    hint_zh="请在 `operationName` 中写明查询里的一个操作。")
TOO_MANY_KEYS = _code("TOO_MANY_KEYS", Stage.PLAN, 400, "一次查询的主体过多", legacy=200, limit="keys",
    hint="split the request, or apply for bulk download",
    hint_zh="主体过多，请分几次查询；数量大的，可以申请部门批量下载。")
TOO_COSTLY = _code("TOO_COSTLY", Stage.PLAN, 400, "查询开销过大", legacy=200, limit="cost",
    hint="ask for fewer rows with `first`, fewer keys or fewer items",
    hint_zh="请减少一次查询的主体、事项或者信息项，或者以 `first` 减少行数。")

# decide
STRICT_WITHHELD = _code("STRICT_WITHHELD", Stage.DECIDE, 403, "严格模式下有不予提供的信息项", legacy=200,
    hint="do what `remedy` says of each, leave the items out, or ask without `Sharing-Mode: strict`",
    hint_zh="请按各项的 `remedy` 办理，或者不查询这些信息项，或者去掉请求头 `Sharing-Mode: strict`。")

# fetch
SOURCE_UNAVAILABLE = _code("SOURCE_UNAVAILABLE", Stage.FETCH, 200, "数据来源暂不可用",
    hint="the rest of the answer stands; ask again later, or accept valid proof that the person offers",
    hint_zh="其余结果有效；请稍后再查询，当事人主动提供有效证明的，可以收下。")
OVERLOADED = _code("OVERLOADED", Stage.FETCH, 503, "系统繁忙", limit="queue",
    hint="wait as `Retry-After` says",
    hint_zh="请稍候片刻再试（响应头 `Retry-After` 写明秒数）。")
DEADLINE_EXCEEDED = _code("DEADLINE_EXCEEDED", Stage.FETCH, 504, "请求超时", limit="request_ms",
    hint="ask for less, or again later; nothing was delivered",
    hint_zh="没有提供任何内容；请减少查询的内容，或者稍后再试。")

# record
LEDGER_UNAVAILABLE = _code("LEDGER_UNAVAILABLE", Stage.RECORD, 503, "无法记录，故不提供数据",
    hint="ask again later; nothing was delivered; look whether a step was taken before you repeat it",
    hint_zh="没有提供任何内容；请稍后再试，重做办理步骤之前先查看是否已经办成。")
RIGHTS_MOVED = _code("RIGHTS_MOVED", Stage.RECORD, 503, "授权正在变更，请重试",
    hint="send it again",
    hint_zh="请再试一次。")

# workflow
INPUT_INVALID = _code("INPUT_INVALID", Stage.WORKFLOW, 400, "输入有误", legacy=200,
    hint="correct the input that the message names",
    hint_zh="请按 `message` 核对并改正所填内容。")
NOT_FOUND = _code("NOT_FOUND", Stage.WORKFLOW, 404, "没有此项", legacy=200,
    hint="compare the number or name; the lists show what is there for your department",
    hint_zh="请核对编号或者名称；各列表列明本部门可以查看的内容。")
STATE_CONFLICT = _code("STATE_CONFLICT", Stage.WORKFLOW, 409, "当前状态不能进行此步骤", legacy=200,
    hint="look at its state again: somebody was quicker, or another step comes first",
    hint_zh="请重新查看当前状态：可能已由他人办理，或者须先完成别的步骤，详见 `message`。")
NOT_RESPONSIBLE = _code("NOT_RESPONSIBLE", Stage.WORKFLOW, 403, "不属于本部门职责", legacy=200,
    hint="the message names the department that must take this step",
    hint_zh="请由负有该职责的部门或者人员办理，详见 `message`。")
REASON_REQUIRED = _code("REASON_REQUIRED", Stage.WORKFLOW, 400, "须说明理由", legacy=200,
    hint="state `reason`: the article that the message cites asks for it",
    hint_zh="请写明理由（`reason`）：所引条款要求说明。")
CONDITION_UNFORESEEN = _code("CONDITION_UNFORESEEN", Stage.WORKFLOW, 400, "目录未规定该条件", legacy=200,
    hint="grant what the catalogue entry foresees, or have its compiler change the entry first",
    hint_zh="请按目录规定的用途、形式和范围调整；确需其他条件的，请编制部门先修改目录。")
NEGOTIATION_REQUIRED = _code("NEGOTIATION_REQUIRED", Stage.WORKFLOW, 409, "须先与提供部门协商", legacy=200,
    hint="use `negotiate` first; coordination comes where that has failed (Art. 16 ¶1)",
    hint_zh="请先用 `negotiate` 协商；协商不成的，再申请协调解决（第16条第1款）。")
CONCEALMENT_UNFOUNDED = _code("CONCEALMENT_UNFOUNDED", Stage.WORKFLOW, 400, "隐匿查询记录须有法律依据", legacy=200,
    hint="cite a 法律 by number and clause, name the matters it is confined to and its last day",
    hint_zh="请引用法律的文号和条款，写明限于哪些事项、截至哪一天。")
IDENTIFICATION_REQUIRED = _code("IDENTIFICATION_REQUIRED", Stage.WORKFLOW, 403, "须说明如何核实公民身份", legacy=200,
    hint="state `identifiedBy`: method, reference, and when",
    hint_zh="请在 `identifiedBy` 中写明核实的方式、凭据编号和时间。")
STATUTE_PREVAILS = _code("STATUTE_PREVAILS", Stage.WORKFLOW, 409, "协调结果不得违反法律法规", legacy=200,
    hint="record a result that respects the statute which the message cites",
    hint_zh="请记录不违反所引法律法规的协调结果。")
SOURCE_CLAIMED = _code("SOURCE_CLAIMED", Stage.WORKFLOW, 409, "违反一数一源", legacy=200,
    hint="leave the item to its provider, or name this source as one that verifies it (Art. 4(3))",
    hint_zh="请仍由提供部门提供该信息项，或者把本来源登记为校核来源（第4条第（三）项）。")
PUBLISH_REFUSED = _code("PUBLISH_REFUSED", Stage.WORKFLOW, 409, "目录不能发布", legacy=200,
    hint="correct what `extensions.findings` lists; nothing was published",
    hint_zh="没有发布任何内容；请改正 `extensions.findings` 所列问题。")
SHEET_INVALID = _code("SHEET_INVALID", Stage.WORKFLOW, 400, "表格有误", legacy=200,
    hint="correct the cells that `extensions.findings` lists by row and column; nothing was changed",
    hint_zh="没有作任何改动；请按行、列改正 `extensions.findings` 所列的单元格。")
CALENDAR_UNPUBLISHED = _code("CALENDAR_UNPUBLISHED", Stage.WORKFLOW, 409, "工作日历尚未发布", legacy=200,
    hint="have the operator load the year's calendar with `loadCalendar`",
    hint_zh="请平台管理单位载入该年度的工作日历（`loadCalendar`）。")
MATTER_UNKNOWN = _code("MATTER_UNKNOWN", Stage.WORKFLOW, 404, "没有此事项", legacy=200,
    hint="compare the code with the query `matters`",
    hint_zh="请核对事项编码（可用 `matters` 查询）；该事项可能已停用或者尚未施行。")
MATTER_INVALID = _code("MATTER_INVALID", Stage.WORKFLOW, 400, "事项有误", legacy=200,
    hint="correct the places that `extensions.findings` lists; nothing was changed",
    hint_zh="没有作任何改动；请改正 `extensions.findings` 所列之处。")
SUBJECTS_INVALID = _code("SUBJECTS_INVALID", Stage.WORKFLOW, 400, "办件当事人有误", legacy=200,
    hint="name each subject in a role of the matter, by its code, as many as the role takes",
    hint_zh="请核对当事人的角色、代码和人数；所选情形涉及的人也要填写。")
AUTHORITY_INVALID = _code("AUTHORITY_INVALID", Stage.WORKFLOW, 400, "代理或者监护权限不成立", legacy=200,
    hint="name an authority in force, of a role that acts for the other",
    hint_zh="请填写有效的授权依据；没有授权的，由本人办理。")
CHECK_REQUIRED = _code("CHECK_REQUIRED", Stage.WORKFLOW, 409, "须先核查材料", legacy=200,
    hint="run `materialCheck` first, with the case in the purpose",
    hint_zh="请先在本办件中核验材料（`materialCheck`）。")
EVIDENCE_TOO_LARGE = _code("EVIDENCE_TOO_LARGE", Stage.WORKFLOW, 413, "证明材料过大", legacy=200,
    hint="send at most what the message says; nothing was filed",
    hint_zh="没有收存；请降低扫描分辨率后重新提交。")
RECEIPT_UNKNOWN = _code("RECEIPT_UNKNOWN", Stage.WORKFLOW, 404, "没有此回执", legacy=200,
    hint="take the number from `extensions.sharing.receipt` of an answer that your department was given",
    hint_zh="请用本部门所得答复的回执编号（`extensions.sharing.receipt`），或者重新查询，以新的回执为准。")
RECEIPT_INVALID = _code("RECEIPT_INVALID", Stage.WORKFLOW, 400, "回执不真实或与数据不符", legacy=200,
    hint="send the answer as it was delivered; `extensions.faults` name what differs",
    hint_zh="请原样提交所得的答复（`extensions.faults` 指出不符之处），或者重新查询，以新的回执为准。")
POSITION_NOT_ASKED = _code("POSITION_NOT_ASKED", Stage.WORKFLOW, 400, "该回执的查询未请求此位置", legacy=200,
    hint="name a position of that very answer, dotted, as it stands there",
    hint_zh="请写明该答复中已有的位置（以点分隔），或者重新查询后再提出。")
REGISTER_UNCHANGED = _code("REGISTER_UNCHANGED", Stage.WORKFLOW, 409, "登记簿的值没有变化", legacy=200,
    hint="correct the register first: corrections arrive through the source; else decide `CONFIRMED`",
    hint_zh="请先在登记簿中更正，更正经数据来源传来；没有错误的，以核实无误（`CONFIRMED`）办结。")

# start
CATALOGUE_INVALID = _code("CATALOGUE_INVALID", Stage.START, 500, "目录有误",
    hint="correct the files and paths that the message lists",
    hint_zh="请改正所列的文件和位置。")
DATABASE_NEWER = _code("DATABASE_NEWER", Stage.START, 500, "数据库版本高于程序",
    hint="start the program's version that the database belongs to",
    hint_zh="请启动与该数据库相应的程序版本。")
START_REFUSED = _code("START_REFUSED", Stage.START, 500, "不能启动",
    hint="change what the message names",
    hint_zh="请按上文所指调整后重试。")
INTERNAL = _code("INTERNAL", Stage.RESPOND, 500, "内部错误",
    hint="send it again; where it stays, tell the operator the reference",
    hint_zh="请再试一次；仍不成功的，请把参考号（`extensions.reference`）告知平台管理单位。")
# fmt: on


class GatewayError(Exception):
    """An error for people. `message` is English, inputs in backticks; `hint` says what to do, `hint_zh` in Chinese, each the
    code's where none is given; `article` cites the law.

    The text names a place and a rule, never a person's data.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        hint: str = "",
        *,
        hint_zh: str = "",
        article: str = "",
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint or code.hint
        self.hint_zh = hint_zh or code.hint_zh
        self.article = article
        self.extensions = extensions or {}

    def in_words(self) -> str:
        """As a terminal shows it: the Chinese title, what is wrong, what to do in Chinese and in English."""
        return f"{self.code.title_zh} · {self.message}\n→ {self.hint_zh}\n→ {self.hint}\n"

    def to_json(self) -> dict[str, object]:
        """The entry in `errors`: `message`, and in `extensions` code, stage, Chinese title, both hints, article."""
        extensions: dict[str, object] = {
            "code": self.code.name,
            "stage": str(self.code.stage),
            "title": self.code.title_zh,
            "hint": self.hint,
            "hintZh": self.hint_zh,
        }
        if self.article:
            extensions["article"] = self.article
        extensions.update(self.extensions)
        return {"message": self.message, "extensions": extensions}
