"""Code lists of national standards: codes as registers hold them, with the words of the schema and Chinese names."""

from collections.abc import Mapping
from types import MappingProxyType


def _table(text: str) -> Mapping[str, str]:
    pairs = (line.split(maxsplit=1) for line in text.strip().splitlines())
    return MappingProxyType({code: name.strip() for code, name in pairs})


# GB/T 2261.1-2003, as the enum `Sex` names them.
SEX: Mapping[str, str] = MappingProxyType({"0": "UNKNOWN", "1": "MALE", "2": "FEMALE", "9": "UNSPECIFIED"})
SEX_NAMES: Mapping[str, str] = MappingProxyType(
    {"0": "未知的性别", "1": "男性", "2": "女性", "9": "未说明的性别"},
)

# GB/T 2261.2-2003. 20 to 23 are married (see standards.derivations).
MARITAL_STATUS = _table("""
10 未婚
20 已婚
21 初婚
22 再婚
23 复婚
30 丧偶
40 离婚
90 未说明的婚姻状况
""")

# No national standard: the project's own codes for the enum `VitalStatus`. Declared dead 民法典 46, missing 民法典 40.
VITAL_STATUS: Mapping[str, str] = MappingProxyType({"1": "ALIVE", "2": "DECEASED", "3": "DECLARED_DEAD", "4": "MISSING"})
VITAL_STATUS_NAMES: Mapping[str, str] = MappingProxyType(
    {"ALIVE": "在世", "DECEASED": "死亡", "DECLARED_DEAD": "宣告死亡", "MISSING": "宣告失踪"}
)

# GB/T 3304-1991.
ETHNIC_GROUPS = _table("""
01 汉族
02 蒙古族
03 回族
04 藏族
05 维吾尔族
06 苗族
07 彝族
08 壮族
09 布依族
10 朝鲜族
11 满族
12 侗族
13 瑶族
14 白族
15 土家族
16 哈尼族
17 哈萨克族
18 傣族
19 黎族
20 傈僳族
21 佤族
22 畲族
23 高山族
24 拉祜族
25 水族
26 东乡族
27 纳西族
28 景颇族
29 柯尔克孜族
30 土族
31 达斡尔族
32 仫佬族
33 羌族
34 布朗族
35 撒拉族
36 毛南族
37 仡佬族
38 锡伯族
39 阿昌族
40 普米族
41 塔吉克族
42 怒族
43 乌孜别克族
44 俄罗斯族
45 鄂温克族
46 德昂族
47 保安族
48 裕固族
49 京族
50 塔塔尔族
51 独龙族
52 鄂伦春族
53 赫哲族
54 门巴族
55 珞巴族
56 基诺族
97 其他
98 外国血统中国籍人士
""")

# GB/T 4761-2008, relation to the head of the household: the codes in common use.
RELATION_TO_HEAD = _table("""
01 本人
02 户主
10 配偶
11 夫
12 妻
20 子
21 独生子
22 长子
23 次子
24 三子
25 四子
26 五子
27 养子或继子
28 女婿
29 其他儿子
30 女
31 独生女
32 长女
33 次女
34 三女
35 四女
36 五女
37 养女或继女
38 儿媳
39 其他女儿
40 孙子、孙女或外孙子、外孙女
41 孙子
42 孙女
43 外孙子
44 外孙女
50 父母
51 父亲
52 母亲
53 公公
54 婆婆
55 岳父
56 岳母
57 继父或养父
58 继母或养母
60 祖父母或外祖父母
61 祖父
62 祖母
63 外祖父
64 外祖母
70 兄弟姐妹
71 兄
72 嫂
73 弟
74 弟媳
75 姐姐
76 姐夫
77 妹妹
78 妹夫
80 其他
97 其他亲属
99 非亲属
""")

# GB/T 4658-2006, education: the codes in common use.
EDUCATION = _table("""
10 研究生教育
11 博士研究生毕业
14 硕士研究生毕业
20 大学本科教育
21 大学本科毕业
30 大学专科教育
31 大学专科毕业
40 中等职业教育
41 中等专科毕业
44 职业高中毕业
47 技工学校毕业
60 普通高级中学教育
61 普通高中毕业
70 初级中学教育
71 初中毕业
80 小学教育
81 小学毕业
90 其他
""")

# GB 32100-2015, table 1: the first two characters of a credit code, registration authority and kind of organisation.
ENTITY_TYPES = _table("""
11 机关
12 事业单位
13 编办直接管理机构编制的群众团体
19 编办其他
51 社会团体
52 民办非企业单位
53 基金会
59 民政其他
91 企业
92 个体工商户
93 农民专业合作社
Y1 其他
""")

# Registration status as the market regulator publishes it; suspension 歇业 after 市场主体登记管理条例 30.
ENTITY_STATUS = _table("""
1 存续
2 吊销，未注销
3 吊销，已注销
4 注销
5 撤销
6 迁出
7 歇业
9 其他
""")

# Status of an electronic certificate; `VALID` alone counts as in force (see standards.derivations).
LICENCE_STATUS: Mapping[str, str] = MappingProxyType(
    {"VALID": "有效", "SUSPENDED": "中止", "REVOKED": "吊销", "CANCELLED": "注销", "EXPIRED": "过期"}
)


def entity_type(credit_code: str) -> str | None:
    """The kind of organisation that a credit code's first two characters say, in Chinese; None if not in the table."""
    return ENTITY_TYPES.get(credit_code[:2])
