using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Boundary;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Boundary;

/// <summary>KM3001: pointers to user memory that are followed.</summary>
[TestClass]
public sealed class UserDereferenceTests
{
    [TestMethod]
    [DataRow("i = {|KM3001:*p|};")]
    [DataRow("{|KM3001:*p|} = 1;")]
    [DataRow("i = {|KM3001:p[i]|};")]
    [DataRow("{|KM3001:p[2]|} += 1;")]
    [DataRow("({|KM3001:*p|})++;")]
    [DataRow("i = {|KM3001:node->Value|};")]
    [DataRow("i = {|KM3001:(node)->Value|};")]
    [DataRow("i = ({|KM3001:*node|}).Value;")]
    [DataRow("{|KM3001:node->Value|} = 3;")]
    [DataRow("i = {|KM3001:node->Twice|} + {|KM3001:node->Get|}();")]
    [DataRow("i = {|KM3001:{|KM3001:node->Next|}->Value|};")]
    [DataRow("i = {|KM3001:node->Name[3]|};")]
    [DataRow("Node copy = {|KM3001:*node|};")]
    [DataRow("ref byte r = ref {|KM3001:*p|};")]
    [DataRow("ref int r = ref {|KM3001:node->Value|};")]
    [DataRow("i = {|KM3001:*(p + 3)|} + {|KM3001:*(3 + p)|} + {|KM3001:*(p - 1)|};")]
    [DataRow("i = {|KM3001:*p++|} + {|KM3001:*++p|};")]
    [DataRow("string s = $\"{{|KM3001:*p|}}\";")]
    [DataRow("foreach (byte b in new byte[{|KM3001:*p|}]) { }")]
    [DataRow("if ({|KM3001:*p|} is > 3) { }")]
    [DataRow("switch ({|KM3001:*p|}) { case 1: break; }")]
    [DataRow("Number({|KM3001:*p|});")]
    [DataRow("int n = i > 0 ? {|KM3001:*p|} : 0;")]
    [DataRow("i = {|KM3001:*&node->Value|};")]
    public Task Every_way_to_follow_a_marked_pointer_is_seen(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("i = {|KM3001:*(byte*)user|};")]
    [DataRow("i = {|KM3001:*(byte*)(user + 8)|};")]
    [DataRow("i = {|KM3001:*(byte*)(8 + user)|};")]
    [DataRow("i = {|KM3001:*(byte*)(user & ~7UL)|};")]
    [DataRow("i = {|KM3001:*(byte*)(nuint)user|};")]
    [DataRow("i = {|KM3001:((Node*)user)->Value|};")]
    [DataRow("i = {|KM3001:((byte*)user)[3]|};")]
    [DataRow("i = {|KM3001:*(int*)ptr.Value|};")]
    [DataRow("i = {|KM3001:*(int*)(ptr + 2).Value|};")]
    [DataRow("i = {|KM3001:*(int*)handle.Number|};")]
    [DataRow("i = {|KM3001:*(int*)call.Buffer|} + {|KM3001:*(int*)call.Extra|};")]
    [DataRow("i = {|KM3001:*VirtAddr.Create(user).ToPointer<byte>()|};")]
    [DataRow("i = {|KM3001:*(VirtAddr.Create(user) + 8).ToPointer<byte>()|};")]
    [DataRow("if (VirtAddr.TryCreate(user, out VirtAddr address)) i = {|KM3001:*address.ToPointer<byte>()|};")]
    [DataRow("if (ptr.Check(AddressLayout.Standard, UserAlignment.Any).TryGet(out VirtRange range)) i = {|KM3001:*range.Start.ToPointer<byte>()|};")]
    [DataRow("if (handle.TryGet(out ulong n)) i = {|KM3001:*(byte*)n|};")]
    [DataRow("i = {|KM3001:*(byte*)Wrap(user)|};")]
    [DataRow("TryWrap(user, out ulong n); i = {|KM3001:*(byte*)n|};")]
    [DataRow("i = {|KM3001:*(byte*)FromUser()|};")]
    [DataRow("Fetch(out ulong n); i = {|KM3001:*(byte*)n|};")]
    [DataRow("Fetch(out s_number); i = {|KM3001:*(byte*)s_number|};")]
    [DataRow("i = {|KM3001:*(byte*)s_user|} + {|KM3001:*s_marked|} + {|KM3001:*Marked|};")]
    [DataRow("UserPtr<int>? maybe = ptr; i = {|KM3001:*(int*)maybe.Value.Value|} + {|KM3001:*(int*)(maybe?.Value ?? 0)|};")]
    [DataRow("VirtAddr? maybe = VirtAddr.Create(user); i = {|KM3001:*(int*)(maybe?.Value ?? 0)|};")]
    [DataRow("i = {|KM3001:*Keep(p)|}; byte* q = Keep(p); i = {|KM3001:*q|};")]
    [DataRow("delegate*<void> f = {|KM3002:(delegate*<void>)user|}; {|KM3001:f()|};")]
    [DataRow("{|KM3001:((delegate*<void>)user)()|};")]
    public Task A_pointer_made_of_user_memory_is_followed(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("byte* q = p; i = {|KM3001:*q|};")]
    [DataRow("byte* q; q = p; i = {|KM3001:*q|};")]
    [DataRow("byte* q = kernel; i = {|KM3001:*q|}; q = p;")]
    [DataRow("byte* q = kernel; byte* r = q; byte* s = r; i = {|KM3001:*s|}; q = p;")]
    [DataRow("byte* q = i > 0 ? kernel : p; i = {|KM3001:*q|};")]
    [DataRow("byte* q = i switch { 1 => p, _ => kernel }; i = {|KM3001:*q|};")]
    [DataRow("kernel = p; i = {|KM3001:*kernel|};")]
    [DataRow("int* q = (int*)p; i = {|KM3001:*q|};")]
    [DataRow("byte* q = p + i; q++; i = {|KM3001:*q|};")]
    [DataRow("int* q = &node->Value; i = {|KM3001:*q|};")]
    [DataRow("byte* q = node->Name; i = {|KM3001:*q|};")]
    [DataRow("byte* q = &node->Name[2]; i = {|KM3001:*q|};")]
    [DataRow("ulong n = user; n += 8; i = {|KM3001:*(byte*)n|};")]
    [DataRow("ulong n = 8; n += user; i = {|KM3001:*(byte*)n|};")]
    [DataRow("ulong? n = user; i = {|KM3001:*(byte*)(n ?? 0)|};")]
    [DataRow("ulong n; ulong k; (n, k) = (user, number); i = {|KM3001:*(byte*)n|} + *(byte*)k;")]
    [DataRow("(ulong n, ulong k) = (number, user); i = *(byte*)n + {|KM3001:*(byte*)k|};")]
    [DataRow("var (n, k) = (number, user); i = *(byte*)n + {|KM3001:*(byte*)k|};")]
    [DataRow("var t = (user, number); i = {|KM3001:*(byte*)t.user|} + *(byte*)t.number;")]
    [DataRow("Call other = default; other.Count = user; i = {|KM3001:*(byte*)other.Count|};")]
    [DataRow("s_number = user; i = {|KM3001:*(byte*)s_number|};")]
    [DataRow("ref ulong r = ref number; r = user; i = {|KM3001:*(byte*)number|} + {|KM3001:*(byte*)r|};")]
    [DataRow("if (user is var n) i = {|KM3001:*(byte*)n|};")]
    [DataRow("if (call is { Buffer: var b, Count: var c }) i = {|KM3001:*(byte*)b|} + *(byte*)c;")]
    [DataRow("if (handle is { Number: var n }) i = {|KM3001:*(byte*)n|};")]
    [DataRow("switch (user) { case ulong n: i = {|KM3001:*(byte*)n|}; break; }")]
    [DataRow("i = user switch { 0 => 0, var n => {|KM3001:*(byte*)n|} };")]
    [DataRow("Action a = () => i = {|KM3001:*(byte*)user|}; byte* q = kernel; Action b = () => i = {|KM3001:*q|}; q = p;")]
    [DataRow("ulong n = 0; Action a = () => n = user; i = {|KM3001:*(byte*)n|};")]
    [DataRow("void Local() => i = {|KM3001:*p|}; Local();")]
    [DataRow("void Local(ulong n) => i = {|KM3001:*(byte*)n|}; Local(user);")]
    [DataRow("ulong Local() => user; i = {|KM3001:*(byte*)Local()|};")]
    [DataRow("UserSink sink = q => {|KM3001:*q|} = 1; sink(p);")]
    [DataRow("UserSink sink = delegate (byte* q) { {|KM3001:*q|} = 1; };")]
    public Task A_variable_that_gets_it_anywhere_has_it(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("i = *kernel + kernel[2] + *(byte*)number;")]
    [DataRow("Node n = default; Node* q = &n; i = q->Value + q->Name[1];")]
    [DataRow("ulong copy = user; ulong* q = &copy; i = (int)*q;")]
    [DataRow("Handle* q = &handle; i = (int)q->Number;")]
    [DataRow("i = *(kernel + user) + kernel[user];")]
    [DataRow("i = *(byte*)((ulong)kernel + user);")]
    [DataRow("ulong slot = user >> 12; i = *(byte*)(number + slot * 8);")]
    [DataRow("byte* q = kernel; q += user; i = *q;")]
    [DataRow("byte* q = &p[3]; int* r = &node->Value; bool b = q == p && r != null;")]
    [DataRow("i = *(byte*)Vouch(user);")]
    [DataRow("i = sizeof(Node);")]
    [DataRow("i = (int)call.Count; i = *(byte*)call.Count;")]
    [DataRow("Span<byte> s = stackalloc byte[8]; s[i] = 1;")]
    public Task What_is_the_kernel_s_may_be_followed(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("int P => {|KM3001:*s_marked|};")]
    [DataRow("int P { get { return {|KM3001:*s_marked|}; } }")]
    [DataRow("int P { set { {|KM3001:*s_marked|} = (byte)value; } }")]
    [DataRow("[UserMemory] ulong P { get => 0; set => s_number = {|KM3001:*(byte*)value|}; }")]
    [DataRow("int this[[UserMemory] ulong n] => {|KM3001:*(byte*)n|};")]
    [DataRow("int _field = {|KM3001:*s_marked|};")]
    [DataRow("static int P { get; } = {|KM3001:*s_marked|};")]
    [DataRow("C() { s_number = {|KM3001:*s_marked|}; }")]
    [DataRow("C(int n) { } C([UserMemory] byte* p) : this({|KM3001:*p|}) { }")]
    [DataRow("static C() => s_number = {|KM3001:*s_marked|};")]
    [DataRow("~C() => s_number = {|KM3001:*s_marked|};")]
    [DataRow("public static C operator +(C c, [UserMemory] ulong n) { s_number = {|KM3001:*(byte*)n|}; return c; }")]
    [DataRow("event Action E { add { s_number = {|KM3001:*s_marked|}; } remove { } }")]
    [DataRow("Func<int> _f = () => {|KM3001:*s_marked|};")]
    [DataRow("Func<Func<int>> F([UserMemory] byte* p) => () => () => {|KM3001:*p|};")]
    [DataRow("void M() { static int Local([UserMemory] byte* p) => {|KM3001:*p|}; }")]
    [DataRow("void M<T>([UserMemory] T* p) where T : unmanaged { T copy = {|KM3001:*p|}; }")]
    [DataRow("void M([UserMemory] ref byte* p, [UserMemory] in ulong n) { s_number = {|KM3001:*p|} + {|KM3001:*(ulong*)n|}; }")]
    [DataRow("void M([UserMemory] ulong[] all) { foreach (ulong n in all) s_number = {|KM3001:*(ulong*)n|} + {|KM3001:*(ulong*)all[0]|}; }")]
    public Task Every_kind_of_body_is_looked_at(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("unsafe ref struct R { [UserMemory] public byte* P; public int M() => {|KM3001:*P|}; }")]
    [DataRow("unsafe struct S([UserMemory] ulong n) { public int M() => {|KM3001:*(byte*)n|}; }")]
    [DataRow("unsafe record struct S([UserMemory] ulong N) { public int M() => {|KM3001:*(byte*)N|}; } unsafe class D { int M(S s) => {|KM3001:*(byte*)s.N|}; }")]
    [DataRow("[UserMemory] unsafe struct S { private ulong _n; public int M() => {|KM3001:*(byte*)_n|}; public int N() => {|KM3001:*(byte*)this._n|}; }")]
    [DataRow("[UserMemory] unsafe struct S<T> where T : unmanaged { public ulong N; public T M() => {|KM3001:*(T*)N|}; } unsafe class D { int M(S<int> s) => {|KM3001:*(int*)s.N|}; }")]
    [DataRow("unsafe interface I { void M([UserMemory] byte* p); } unsafe class D : I { public void M(byte* p) => {|KM3001:*p|} = 1; }")]
    [DataRow("unsafe interface I { void M([UserMemory] byte* p); } unsafe class D : I { void I.M(byte* p) => {|KM3001:*p|} = 1; }")]
    [DataRow("unsafe interface I { [UserMemory] ulong N { get; } } unsafe class D : I { public ulong N => 0; int M() => {|KM3001:*(byte*)N|}; }")]
    [DataRow("unsafe abstract class B { public abstract void M([UserMemory] byte* p); } unsafe class D : B { public override void M(byte* p) => {|KM3001:*p|} = 1; }")]
    [DataRow("unsafe abstract class B { [return: UserMemory] public abstract byte* M(); } unsafe class D : B { public override byte* M() => null; int N() => {|KM3001:*M()|}; }")]
    [DataRow("unsafe interface I<T> where T : I<T> { void M([UserMemory] byte* p); } unsafe struct S : I<S> { public void M(byte* p) => {|KM3001:*p|} = 1; }")]
    [DataRow("unsafe struct S { [UserMemory] public byte* P; } unsafe class D { int M(S s, S* p) => {|KM3001:*s.P|} + {|KM3001:*p->P|}; }")]
    public Task Marks_are_found_wherever_they_are(string types) => Member.CheckTypes(types);

    [TestMethod]
    [DataRow("unsafe interface I { void M([UserMemory] byte* p); } unsafe class D { public void M(byte* p) => *p = 1; }")]
    [DataRow("unsafe struct UserPointer { public byte* P; public int M() => *P; }")]
    [DataRow("unsafe struct S { public ulong N; } unsafe class D { int M(S s) => *(byte*)s.N; }")]
    [DataRow("[UserMemory] unsafe struct S { public fixed byte Copy[8]; public int M() => Copy[1]; } unsafe class D { int M(S s, [UserMemory] Node n) => s.Copy[1] + n.Name[1]; }")]
    public Task Without_a_mark_nothing_is_user_memory(string types) => Member.CheckTypes(types);

    [TestMethod]
    public Task The_message_names_what_is_marked() => Verify.Rule<BoundaryAnalyzer>(
        "unsafe class C { int M([UserMemory] ulong request) { ulong n = request + 8; return {|#0:*(byte*)n|}; } int N(UserPtr<int> p) => {|#1:*(int*)p.Value|}; }",
        new DiagnosticResult("KM3001", Microsoft.CodeAnalysis.DiagnosticSeverity.Error).WithLocation(0)
            .WithMessage("'request' is user memory, but is dereferenced here"),
        new DiagnosticResult("KM3001", Microsoft.CodeAnalysis.DiagnosticSeverity.Error).WithLocation(1)
            .WithMessage("'UserPtr<int>' is user memory, but is dereferenced here"));

    [TestMethod]
    public Task A_hosted_program_is_held_to_it_too()
        => Verify.RuleIn<BoundaryAnalyzer>("Hosted", "unsafe class C { int M([UserMemory] byte* p) => {|KM3001:*p|}; }");

    [TestMethod]
    public Task Nothing_is_checked_when_the_rules_are_off()
        => Verify.RuleIn<BoundaryAnalyzer>("Off", "unsafe class C { int M([UserMemory] byte* p) => *p; }");
}
