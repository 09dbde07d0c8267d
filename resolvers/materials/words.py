"""Why a material may be asked for or not, in words for who sits at the counter: Chinese, and English."""

from collections.abc import Mapping

from sharing.material import MaterialReason

TEXTS: Mapping[MaterialReason, tuple[str, str]] = {
    MaterialReason.OBTAINED: ("已由登记簿取得，不得再要求提交", "obtained from the registers: not to be asked for"),
    MaterialReason.ABSENCE: (
        "登记簿中查无记录，即为证明，不得再要求提交",
        "the registers hold no record, which is the proof: not to be asked for",
    ),
    MaterialReason.OWN_REGISTER: (
        "由本部门自有登记或业务系统掌握，不得再要求提交",
        "held in the handling department's own register: not to be asked for",
    ),
    MaterialReason.BARRED: (
        "法定材料清单之外，不得要求提交",
        "not on the statutory list: not to be asked for, whatever the registers say",
    ),
    MaterialReason.UNDER_VERIFICATION: (
        "登记内容正在核实；当事人主动提供合法有效证明的，照常办理，不得要求其提供",
        "the entry is under verification: accept valid proof that is offered, never demand it",
    ),
    MaterialReason.NOT_GRANTED: (
        "可以共享，但本部门没有授权，不得要求提交；请向提供部门申请",
        "it could be shared, but the department holds no grant: not to be asked for; apply to the provider",
    ),
    MaterialReason.GRANT_LAPSED: (
        "可以共享，但授权已失效或不及于本次用途，不得要求提交；请续期或另行申请",
        "it could be shared, but no grant in force covers this: not to be asked for; have it renewed or apply",
    ),
    MaterialReason.CASE_REQUIRED: (
        "登记办件后即可取得，不得要求提交",
        "open the case first and it is obtained: not to be asked for",
    ),
    MaterialReason.PENDING: (
        "已申请共享，等待提供部门答复，不得要求提交",
        "applied for, and awaiting the provider's answer: not to be asked for",
    ),
    MaterialReason.REFUSED: (
        "提供部门已答复不予共享，可以要求提交，并说明理由",
        "the provider has refused to share it: it may be asked for, with that reason",
    ),
    MaterialReason.NOT_SHARED: (
        "依法不予共享，可以要求提交，并说明理由",
        "not to be shared by law: it may be asked for, with that reason",
    ),
    MaterialReason.NOT_SHARED_NOW: (
        "目前不予提供，可以要求提交，并说明理由",
        "not provided at present: it may be asked for, with that reason",
    ),
    MaterialReason.SOURCE_UNAVAILABLE: (
        "数据来源暂不可用，可以要求提交，并说明理由",
        "the source does not answer: it may be asked for, with that reason",
    ),
    MaterialReason.NO_DATA: (
        "登记簿中没有该数据，可以要求提交，并说明理由",
        "the registers hold no such data: it may be asked for, with that reason",
    ),
    MaterialReason.NONCONFORMING: (
        "登记簿中的数据不合规范，无法使用，可以要求提交，并说明理由",
        "what the registers hold does not conform and cannot be used: it may be asked for, with that reason",
    ),
    MaterialReason.NOT_VALID: (
        "登记的证照不在有效期内，可以要求提交，并说明理由",
        "the certificate on record is not in force: it may be asked for, with that reason",
    ),
    MaterialReason.NOT_CATALOGUED: (
        "所需信息资源尚未编入共享目录，可以要求提交，并说明理由",
        "the resource that holds it is not catalogued yet: it may be asked for, with that reason",
    ),
    MaterialReason.NOTHING_REPLACES: ("没有可以替代的信息资源，由当事人提交", "nothing replaces it: the person submits it"),
}
