"""查询文档 · the documents of this system: fixed texts with variables, as an operation store would hold them."""

OPEN = """mutation($case: String!, $matter: String!, $subjects: [CaseSubjectInput!]!, $authorities: [CaseAuthorityInput!]) {
  openCase(case: $case, matter: $matter, subjects: $subjects, authorities: $authorities) { number handler warnings } }"""

CHECK = """query($matter: String!, $subjects: [CaseSubjectInput!]!, $situations: [String!]) {
  materialCheck(matter: $matter, subjects: $subjects, situations: $situations) {
    title version receipt comparedWith
    materials {
      code title verdict reason reasonText article call lenience { kind checkBy } changed
      contents { coordinate title value display outcome provider asOf path } } } }"""

COLLECT = """mutation($case: String!, $material: String!, $reason: String) {
  recordCollection(case: $case, material: $material, reason: $reason) { kind } }"""

DOUBT = """mutation($receipt: String!, $path: String!, $observed: String!, $subject: String, $provider: CreditCode) {
  reportDoubt(receipt: $receipt, path: $path, observed: $observed, subject: $subject, provider: $provider) {
    id state due } }"""

OFFERED = """mutation($case: String!, $material: String!, $file: ScanInput!, $doubt: ID) {
  recordOfferedProof(case: $case, material: $material, file: $file, doubt: $doubt) { kind } }"""

HAND_OVER = """mutation($case: String!, $to: String!, $reason: String!) {
  handOverCase(case: $case, to: $to, reason: $reason) { number handler warnings } }"""

CLOSE = """mutation($case: String!, $result: CaseResult!) {
  closeCase(case: $case, result: $result) { number handler warnings } }"""
