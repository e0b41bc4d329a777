using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Boundary;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Boundary;

/// <summary>KM3002: user memory that becomes a pointer of the kernel.</summary>
[TestClass]
public sealed class UserToKernelPointerTests
{
    [TestMethod]
    [DataRow("byte* q = {|KM3002:(byte*)user|};")]
    [DataRow("byte* q = {|KM3002:(byte*)(user + 8)|};")]
    [DataRow("byte* q = {|KM3002:(byte*)(int*)user|};")]
    [DataRow("byte* q = {|KM3002:(byte*)user + 4|};")]
    [DataRow("byte* q = {|KM3002:i > 0 ? (byte*)user : kernel|};")]
    [DataRow("byte* q = {|KM3002:i switch { 1 => (byte*)user, _ => kernel }|};")]
    [DataRow("byte* q; q = {|KM3002:(byte*)user|};")]
    [DataRow("kernel = {|KM3002:(byte*)user|};")]
    [DataRow("void* q = {|KM3002:(void*)(nint)user|};")]
    [DataRow("int* q = {|KM3002:(int*)ptr.Value|};")]
    [DataRow("int* q = {|KM3002:(int*)handle.Number|};")]
    [DataRow("byte* q = {|KM3002:VirtAddr.Create(user).ToPointer<byte>()|};")]
    [DataRow("void* q = {|KM3002:VirtAddr.CreateUnchecked(ptr.Value).ToPointer()|};")]
    [DataRow("delegate*<void> f = {|KM3002:(delegate*<void>)user|};")]
    public Task A_number_becomes_a_pointer_variable(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("Kernel({|KM3002:p|});")]
    [DataRow("Kernel({|KM3002:(void*)user|});")]
    [DataRow("Kernel({|KM3002:p + i|});")]
    [DataRow("Kernel(p: {|KM3002:p|});")]
    [DataRow("Kernel({|KM3002:&node->Value|});")]
    [DataRow("Kernel({|KM3002:&p[4]|});")]
    [DataRow("Kernel({|KM3002:node->Name|});")]
    [DataRow("Kernel({|KM3002:(byte*)ptr.Value|});")]
    [DataRow("Kernel({|KM3002:VirtAddr.Create(user).ToPointer()|});")]
    [DataRow("byte* q = p; Kernel({|KM3002:q|}); KernelRef(ref {|KM3002:q|});")]
    [DataRow("var s = new Span<byte>({|KM3002:p|}, 4);")]
    [DataRow("var s = new ReadOnlySpan<int>({|KM3002:(void*)ptr.Value|}, 4);")]
    [DataRow("Span<byte> s = new({|KM3002:p|}, 4);")]
    [DataRow("i = Unsafe.Read<int>({|KM3002:p|});")]
    [DataRow("Unsafe.Write({|KM3002:p|}, i);")]
    [DataRow("ref int r = ref Unsafe.AsRef<int>({|KM3002:p|});")]
    [DataRow("Unsafe.CopyBlock({|KM3002:p|}, kernel, 8); Unsafe.InitBlock({|KM3002:p|}, 0, 8);")]
    [DataRow("Buffer.MemoryCopy({|KM3002:p|}, kernel, 8, 8); Buffer.MemoryCopy(kernel, {|KM3002:p|}, 8, 8);")]
    [DataRow("NativeMemory.Copy({|KM3002:p|}, kernel, 8); NativeMemory.Clear({|KM3002:p|}, 8);")]
    [DataRow("s_array = new byte*[] { {|KM3002:p|}, kernel };")]
    [DataRow("Sink sink = null; sink({|KM3002:p|});")]
    [DataRow("delegate*<byte*, void> f = null; f({|KM3002:p|});")]
    [DataRow("void Local(byte* q) { *q = 1; } Local({|KM3002:p|});")]
    public Task A_pointer_is_passed_where_no_mark_is(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("s_kernel = {|KM3002:p|};")]
    [DataRow("s_kernel = {|KM3002:(byte*)user|};")]
    [DataRow("Plain = {|KM3002:p|};")]
    [DataRow("s_array[0] = {|KM3002:p|};")]
    [DataRow("byte** slot = &kernel; *slot = {|KM3002:p|}; slot[1] = {|KM3002:p|};")]
    [DataRow("ref byte* slot = ref s_kernel; slot = {|KM3002:p|};")]
    [DataRow("Node n = default; n.Next = {|KM3002:node|};")]
    [DataRow("var n = new Node { Next = {|KM3002:node|} };")]
    [DataRow("FetchPointer(out {|KM3002:s_kernel|});")]
    [DataRow("byte* Local() => {|KM3002:p|};")]
    public Task A_pointer_is_stored_where_no_mark_is(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("byte* M([UserMemory] byte* p) => {|KM3002:p|};")]
    [DataRow("byte* M([UserMemory] byte* p) { if (p == null) return null; return {|KM3002:p|}; }")]
    [DataRow("void* M([UserMemory] ulong n) => {|KM3002:(void*)n|};")]
    [DataRow("int* M(UserPtr<int> p) => {|KM3002:(int*)p.Value|};")]
    [DataRow("byte* P => {|KM3002:s_marked|};")]
    [DataRow("byte* P { get { return {|KM3002:s_marked|}; } }")]
    [DataRow("byte* this[int i] => {|KM3002:s_marked|};")]
    [DataRow("byte* _field = {|KM3002:s_marked|};")]
    [DataRow("byte* P { get; } = {|KM3002:s_marked|};")]
    [DataRow("void M([UserMemory] byte* p, out byte* q) => q = {|KM3002:p|};")]
    [DataRow("C(byte* q) { } C([UserMemory] ulong n) : this({|KM3002:(byte*)n|}) { }")]
    [DataRow("delegate byte* Source(); Source _source = () => {|KM3002:s_marked|};")]
    [DataRow("delegate byte* Source(); void M([UserMemory] byte* p) { Source s = () => {|KM3002:p|}; Source t = delegate { return {|KM3002:p|}; }; }")]
    [DataRow("public static explicit operator byte*(C c) => {|KM3002:s_marked|};")]
    public Task A_pointer_leaves_the_member_unmarked(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("User(p); User(p + 3); User(&node->Value); User((void*)user); User((void*)ptr.Value); User(kernel);")]
    [DataRow("User(VirtAddr.Create(user).ToPointer()); User(i > 0 ? (void*)user : kernel);")]
    [DataRow("s_marked = p; s_marked = (byte*)user; Marked = p; s_marked = kernel;")]
    [DataRow("byte* q = p; byte* r = q + 2; int* s = (int*)r; User(s);")]
    [DataRow("kernel = p; byte* q = i > 0 ? p : null;")]
    [DataRow("bool b = p == null || (byte*)user == kernel || (ulong)p > number;")]
    [DataRow("ulong n = user; Number(user); Number((ulong)p); s_number = user; long d = p - kernel;")]
    [DataRow("VirtAddr a = VirtAddr.Create(user); bool b = AddressLayout.Standard.AreaOf(a) == AddressArea.User;")]
    [DataRow("VirtAddr a = VirtAddr.FromPointer(p);")]
    [DataRow("UserPtr<int> other = UserPtr<int>.FromUser(user) + 3; var span = other.ToSpan(number);")]
    [DataRow("Kernel(kernel); Kernel(&number); Kernel(&user); Kernel(&ptr);")]
    [DataRow("Kernel(kernel + user); Kernel((void*)((ulong)kernel + user));")]
    [DataRow("Kernel((void*)Vouch(user)); byte* q = (byte*)Vouch(user);")]
    [DataRow("FetchPointer(out byte* q); FetchPointer(out kernel); FetchPointer(out _); FetchPointer(out s_marked);")]
    [DataRow("UserSink sink = null; sink(p);")]
    [DataRow("Span<byte> s = stackalloc byte[(int)user]; s_kernel = kernel;")]
    [DataRow("Node copy = default; byte* q = copy.Name; Kernel(q);")]
    [DataRow("Number(user * 4096); byte* q = (byte*)(number + user / 4096);")]
    public Task User_memory_may_go_where_a_mark_is_and_as_a_number(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("[return: UserMemory] byte* M([UserMemory] ulong n) => (byte*)n;")]
    [DataRow("[return: UserMemory] byte* M([UserMemory] byte* p) { return p; }")]
    [DataRow("[UserMemory] byte* P => s_marked;")]
    [DataRow("[UserMemory] byte* _field = s_marked; [UserMemory] byte* P { get; } = s_marked;")]
    [DataRow("void M([UserMemory] byte* p, [UserMemory] out byte* q) => q = p;")]
    [DataRow("ulong M([UserMemory] byte* p) => (ulong)p;")]
    [DataRow("void M([UserMemory] byte* p) { [return: UserMemory] byte* Local() => p; User(Local()); }")]
    [DataRow("delegate byte* Source(); void M([UserMemory] byte* p) { Source s = [return: UserMemory] () => p; }")]
    [DataRow("C([UserMemory] byte* p) { } C([UserMemory] ulong n) : this((byte*)n) { }")]
    public Task A_marked_member_may_give_it_out(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("[UserMemory] unsafe struct S { private byte* _p; public S([UserMemory] byte* p) => _p = p; public void Set(S other) => _p = other._p; }")]
    [DataRow("unsafe struct S { [UserMemory] public byte* P; } unsafe class D { void M(S s, [UserMemory] byte* p) { s.P = p; var t = new S { P = p }; } }")]
    [DataRow("unsafe class D<TPlatform> where TPlatform : unmanaged, IPlatform { ulong M(TPlatform platform, UserPtr<int> p, void* to) => platform.CopyUser(to, (void*)p.Value, 4) + platform.CopyUser((void*)p.Value, to, 4); }")]
    [DataRow("unsafe interface I { void M([UserMemory] void* p); } unsafe class D : I { public void M(void* p) { } } unsafe class E { void M(D d, [UserMemory] void* p) => d.M(p); }")]
    public Task Marks_of_types_members_and_contracts_let_it_pass(string types) => Member.CheckTypes(types);

    [TestMethod]
    [DataRow("unsafe struct S { private byte* _p; public S([UserMemory] byte* p) => _p = {|KM3002:p|}; }")]
    [DataRow("unsafe class D<TPlatform> where TPlatform : unmanaged, IPlatform { void M(TPlatform platform, UserPtr<int> p, void* to) => platform.CopyMemory(to, {|KM3002:(void*)p.Value|}, 4); }")]
    [DataRow("unsafe class D { [UserMemory] byte* _p; byte* M() => {|KM3002:_p|}; }")]
    public Task Without_a_mark_it_does_not(string types) => Member.CheckTypes(types);

    [TestMethod]
    public Task A_pointer_that_a_variable_should_not_have_is_reported_there_and_where_it_is_followed()
        => Member.CheckBody("byte* q = {|KM3002:(byte*)user|}; i = {|KM3001:*q|}; Kernel({|KM3002:q|});");

    [TestMethod]
    public Task The_message_says_where_it_goes() => Verify.Rule<BoundaryAnalyzer>(
        """
        unsafe class C
        {
            byte* _p;
            void Take(void* where) { }
            byte* M([UserMemory] ulong request)
            {
                byte* local = {|#0:(byte*)request|};
                _p = {|#1:local|};
                Take({|#2:local|});
                return {|#3:local|};
            }
        }
        """,
        Message(0, "'local'"),
        Message(1, "'_p'"),
        Message(2, "'where' of 'Take'"),
        Message(3, "what 'M' returns"));

    private static DiagnosticResult Message(int key, string where)
        => new DiagnosticResult("KM3002", Microsoft.CodeAnalysis.DiagnosticSeverity.Error).WithLocation(key)
            .WithMessage($"'request' is user memory, but becomes a kernel pointer in {where}");
}
