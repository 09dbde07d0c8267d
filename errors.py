"""The one shape of every error: a code, what is wrong, what to do next, and where the law says so.

Codes are grouped by the stage that raises them; `docs/errors.md` lists them all and a test compares it with this table.
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

    `limit` names the setting that holds the default, for limits.
    """

    name: str
    stage: Stage
    status: int
    legacy: int
    title_zh: str
    limit: str = ""


CODES: dict[str, Code] = {}


def _code(name: str, stage: Stage, status: int, title_zh: str, *, legacy: int | None = None, limit: str = "") -> Code:
    code = Code(name, stage, status, status if legacy is None else legacy, title_zh, limit)
    CODES[name] = code
    return code


# identify
UNAUTHENTICATED = _code("UNAUTHENTICATED", Stage.IDENTIFY, 401, "未提供身份凭证")
INVALID_TOKEN = _code("INVALID_TOKEN", Stage.IDENTIFY, 401, "身份凭证无效或已过期")
TOKEN_NOT_BOUND = _code("TOKEN_NOT_BOUND", Stage.IDENTIFY, 401, "凭证不属于该网络或密钥")
CLIENT_DISABLED = _code("CLIENT_DISABLED", Stage.IDENTIFY, 401, "客户端已停用")
ROLE_REQUIRED = _code("ROLE_REQUIRED", Stage.IDENTIFY, 403, "角色无权进行此操作", legacy=200)
RATE_LIMITED = _code("RATE_LIMITED", Stage.IDENTIFY, 429, "请求过于频繁", limit="rate_per_second")
PURPOSE_REQUIRED = _code("PURPOSE_REQUIRED", Stage.IDENTIFY, 403, "须说明使用用途", legacy=200)
PURPOSE_INVALID = _code("PURPOSE_INVALID", Stage.IDENTIFY, 400, "使用用途格式有误")
PURPOSE_CONFLICT = _code("PURPOSE_CONFLICT", Stage.IDENTIFY, 400, "所述用途前后不一致")
ENTRUSTMENT_REQUIRED = _code("ENTRUSTMENT_REQUIRED", Stage.IDENTIFY, 403, "没有有效的委托", legacy=200)
CASE_UNKNOWN = _code("CASE_UNKNOWN", Stage.IDENTIFY, 403, "办件不存在或已办结", legacy=200)

# parse
BAD_REQUEST = _code("BAD_REQUEST", Stage.PARSE, 400, "请求格式有误")
UNSUPPORTED_MEDIA_TYPE = _code("UNSUPPORTED_MEDIA_TYPE", Stage.PARSE, 415, "请求内容类型不受支持")
NOT_ACCEPTABLE = _code("NOT_ACCEPTABLE", Stage.PARSE, 406, "没有可接受的响应类型")
METHOD_NOT_ALLOWED = _code("METHOD_NOT_ALLOWED", Stage.PARSE, 405, "请求方法不允许")
PREFLIGHT_REQUIRED = _code("PREFLIGHT_REQUIRED", Stage.PARSE, 400, "GET 请求须带自定义请求头")
BODY_TOO_LARGE = _code("BODY_TOO_LARGE", Stage.PARSE, 413, "请求体过大", limit="body_bytes")
SYNTAX_ERROR = _code("SYNTAX_ERROR", Stage.PARSE, 400, "查询语法有误", legacy=200)
VALIDATION_FAILED = _code("VALIDATION_FAILED", Stage.PARSE, 400, "查询不符合目录", legacy=200)
INTROSPECTION_DISABLED = _code("INTROSPECTION_DISABLED", Stage.PARSE, 400, "该客户端不得查询目录结构", legacy=200)
TOO_MANY_TOKENS = _code("TOO_MANY_TOKENS", Stage.PARSE, 400, "查询过长", legacy=200, limit="tokens")
TOO_DEEP = _code("TOO_DEEP", Stage.PARSE, 400, "查询嵌套过深", legacy=200, limit="depth")
TOO_MANY_ALIASES = _code("TOO_MANY_ALIASES", Stage.PARSE, 400, "别名过多", legacy=200, limit="aliases")
TOO_MANY_DIRECTIVES = _code("TOO_MANY_DIRECTIVES", Stage.PARSE, 400, "指令过多", legacy=200, limit="directives")
TOO_MANY_ROOT_FIELDS = _code("TOO_MANY_ROOT_FIELDS", Stage.PARSE, 400, "根字段过多", legacy=200, limit="root_fields")

# plan
VARIABLE_INVALID = _code("VARIABLE_INVALID", Stage.PLAN, 400, "变量值有误", legacy=200)
OPERATION_UNKNOWN = _code("OPERATION_UNKNOWN", Stage.PLAN, 400, "没有指定的操作", legacy=200)
TOO_MANY_KEYS = _code("TOO_MANY_KEYS", Stage.PLAN, 400, "一次查询的主体过多", legacy=200, limit="keys")
TOO_COSTLY = _code("TOO_COSTLY", Stage.PLAN, 400, "查询开销过大", legacy=200, limit="cost")

# decide
STRICT_WITHHELD = _code("STRICT_WITHHELD", Stage.DECIDE, 403, "严格模式下有不予提供的信息项", legacy=200)

# fetch
SOURCE_UNAVAILABLE = _code("SOURCE_UNAVAILABLE", Stage.FETCH, 200, "数据来源暂不可用")
OVERLOADED = _code("OVERLOADED", Stage.FETCH, 503, "系统繁忙", limit="queue")
DEADLINE_EXCEEDED = _code("DEADLINE_EXCEEDED", Stage.FETCH, 504, "请求超时", limit="request_ms")

# record
LEDGER_UNAVAILABLE = _code("LEDGER_UNAVAILABLE", Stage.RECORD, 503, "无法记录，故不提供数据")
RIGHTS_MOVED = _code("RIGHTS_MOVED", Stage.RECORD, 503, "授权正在变更，请重试")

# workflow
INPUT_INVALID = _code("INPUT_INVALID", Stage.WORKFLOW, 400, "输入有误", legacy=200)
NOT_FOUND = _code("NOT_FOUND", Stage.WORKFLOW, 404, "没有此项", legacy=200)
STATE_CONFLICT = _code("STATE_CONFLICT", Stage.WORKFLOW, 409, "当前状态不能进行此步骤", legacy=200)
NOT_RESPONSIBLE = _code("NOT_RESPONSIBLE", Stage.WORKFLOW, 403, "不属于本部门职责", legacy=200)
REASON_REQUIRED = _code("REASON_REQUIRED", Stage.WORKFLOW, 400, "须说明理由", legacy=200)
CONDITION_UNFORESEEN = _code("CONDITION_UNFORESEEN", Stage.WORKFLOW, 400, "目录未规定该条件", legacy=200)
NEGOTIATION_REQUIRED = _code("NEGOTIATION_REQUIRED", Stage.WORKFLOW, 409, "须先与提供部门协商", legacy=200)
CONCEALMENT_UNFOUNDED = _code("CONCEALMENT_UNFOUNDED", Stage.WORKFLOW, 400, "隐匿查询记录须有法律依据", legacy=200)
IDENTIFICATION_REQUIRED = _code("IDENTIFICATION_REQUIRED", Stage.WORKFLOW, 403, "须说明如何核实公民身份", legacy=200)
STATUTE_PREVAILS = _code("STATUTE_PREVAILS", Stage.WORKFLOW, 409, "协调结果不得违反法律法规", legacy=200)
SOURCE_CLAIMED = _code("SOURCE_CLAIMED", Stage.WORKFLOW, 409, "违反一数一源", legacy=200)
PUBLISH_REFUSED = _code("PUBLISH_REFUSED", Stage.WORKFLOW, 409, "目录不能发布", legacy=200)
SHEET_INVALID = _code("SHEET_INVALID", Stage.WORKFLOW, 400, "表格有误", legacy=200)
CALENDAR_UNPUBLISHED = _code("CALENDAR_UNPUBLISHED", Stage.WORKFLOW, 409, "工作日历尚未发布", legacy=200)
MATTER_UNKNOWN = _code("MATTER_UNKNOWN", Stage.WORKFLOW, 404, "没有此事项", legacy=200)
MATTER_INVALID = _code("MATTER_INVALID", Stage.WORKFLOW, 400, "事项有误", legacy=200)
SUBJECTS_INVALID = _code("SUBJECTS_INVALID", Stage.WORKFLOW, 400, "办件当事人有误", legacy=200)
AUTHORITY_INVALID = _code("AUTHORITY_INVALID", Stage.WORKFLOW, 400, "代理或者监护权限不成立", legacy=200)
CHECK_REQUIRED = _code("CHECK_REQUIRED", Stage.WORKFLOW, 409, "须先核查材料", legacy=200)
EVIDENCE_TOO_LARGE = _code("EVIDENCE_TOO_LARGE", Stage.WORKFLOW, 413, "证明材料过大", legacy=200)
RECEIPT_UNKNOWN = _code("RECEIPT_UNKNOWN", Stage.WORKFLOW, 404, "没有此回执", legacy=200)
RECEIPT_INVALID = _code("RECEIPT_INVALID", Stage.WORKFLOW, 400, "回执不真实或与数据不符", legacy=200)
POSITION_NOT_ASKED = _code("POSITION_NOT_ASKED", Stage.WORKFLOW, 400, "该回执的查询未请求此位置", legacy=200)
REGISTER_UNCHANGED = _code("REGISTER_UNCHANGED", Stage.WORKFLOW, 409, "登记簿的值没有变化", legacy=200)

# start
CATALOGUE_INVALID = _code("CATALOGUE_INVALID", Stage.START, 500, "目录有误")
DATABASE_NEWER = _code("DATABASE_NEWER", Stage.START, 500, "数据库版本高于程序")
START_REFUSED = _code("START_REFUSED", Stage.START, 500, "不能启动")
INTERNAL = _code("INTERNAL", Stage.RESPOND, 500, "内部错误")


class GatewayError(Exception):
    """An error for people. `message` is English, inputs in backticks; `hint` says what to do; `article` cites the law.

    The text names a place and a rule, never a person's data.
    """

    def __init__(
        self, code: Code, message: str, hint: str = "", *, article: str = "", extensions: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.article = article
        self.extensions = extensions or {}

    def to_json(self) -> dict[str, object]:
        """The entry in `errors`: `message`, and in `extensions` code, stage, Chinese title, hint, article."""
        extensions: dict[str, object] = {"code": self.code.name, "stage": str(self.code.stage), "title": self.code.title_zh}
        if self.hint:
            extensions["hint"] = self.hint
        if self.article:
            extensions["article"] = self.article
        extensions.update(self.extensions)
        return {"message": self.message, "extensions": extensions}
