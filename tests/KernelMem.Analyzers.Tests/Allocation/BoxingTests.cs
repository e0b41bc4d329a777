using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1003: values that become objects.</summary>
[TestClass]
public sealed class BoxingTests
{
    [TestMethod]
    [DataRow("s_object = {|KM1003:number|};")]
    [DataRow("object b = {|KM1003:number|};")]
    [DataRow("_ = {|KM1003:(object)number|};")]
    [DataRow("_ = {|KM1003:square as IShape|};")]
    [DataRow("Take({|KM1003:number|});")]
    [DataRow("s_object = {|KM1003:s_maybe|} ?? o;")]
    [DataRow("s_object ??= {|KM1003:number|};")]
    [DataRow("object b = number > 0 ? {|KM1003:number|} : \"\";")]
    [DataRow("object? b = number switch { 1 => {|KM1003:number|}, _ => null };")]
    [DataRow("(object, int) t = ({|KM1003:number|}, 1);")]
    [DataRow("(int, int) t = (1, 2); (object, int) u = {|KM1003:t|};")]
    [DataRow("object a; int b; (a, b) = ({|KM1003:number|}, 2);")]
    [DataRow("(int, int) t = (1, 2); object a; int b; {|KM1003:(a, b) = t|};")]
    [DataRow("s_shape = {|KM1003:square|};")]
    [DataRow("if (square is {|KM1003:IShape shape|}) { }")]
    [DataRow("if (generic is {|KM1003:string text|}) { }")]
    [DataRow("if (generic is {|KM1003:\"text\"|}) { }")]
    [DataRow("if (square is {|KM1003:IShape and { Area: 1 }|}) { }")]
    [DataRow("(Square, int) t = (square, 1); (IShape, int)? u = {|KM1003:t|};")]
    [DataRow("s_object = {|KM1003:generic|};")]
    [DataRow("s_shape = {|KM1003:(IShape)generic|};")]
    [DataRow("s_shape = {|KM1003:generic as IShape|};")]
    [DataRow("if (square is {|KM1003:IShape { Area: 1 }|}) { }")]
    [DataRow("if (generic is {|KM1003:IShape { } shape|}) { }")]
    [DataRow("Enum e = {|KM1003:colour|};")]
    [DataRow("ValueType v = {|KM1003:number|};")]
    [DataRow("dynamic d = {|KM1003:number|};")]
    [DataRow("o!.Equals({|KM1003:number|});")]
    [DataRow("s_object = {|KM1003:*pointer|}; s_object = {|KM1003:pointer[1]|};")]
    [DataRow("s_object = {|KM1003:(number, number)|};")]
    public Task A_value_is_boxed(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("_ = square is IShape;")]
    [DataRow("_ = (object?)default(int?);")]
    [DataRow("s_object = (int?)null;")]
    [DataRow("_ = o is 5;")]
    [DataRow("_ = o is > 5;")]
    [DataRow("_ = o switch { 1 => 1, 2L => 2, _ => 3 };")]
    [DataRow("using (square) { }")]
    [DataRow("foreach (int x in {|KM1012:new Numbers()|}) { }")]
    [DataRow("_ = (int)o!;")]
    [DataRow("long wide = number; double d = number;")]
    [DataRow("(long, int) t = (number, 1);")]
    [DataRow("s_object = s_text;")]
    [DataRow("s_object = array;")]
    [DataRow("IComparable? c = s_text;")]
    [DataRow("Span<int> s = array;")]
    public Task A_value_is_not(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task A_constrained_call_does_not_box() => Member.Check("int Area<T>(T shape) where T : IShape => shape.Area; void Use(Square s) => Area(s);");

    [TestMethod]
    public Task What_is_known_to_be_a_class_is_not_boxed() => Member.Check("object Of<T>(T x) where T : class => x; object OfShape<T>(T x) where T : IShape => {|KM1003:x|};");

    [TestMethod]
    public Task What_is_returned_and_yielded_is_boxed()
        => Member.Check("object Return(int n) => {|KM1003:n|}; IEnumerable<object> {|KM1013:Yield|}(int n) { yield return {|KM1003:n|}; }");

    [TestMethod]
    public Task The_elements_of_a_loop_are_boxed() => Member.Check("void M(int[] a) { foreach ({|KM1003:object|} x in a) { } }");

    [TestMethod]
    [DataRow("void M(Pair p) { object a; int b; {|KM1003:(a, b) = p|}; }")]
    [DataRow("void M(Pair p) { {|KM1003:(object a, int b) = p|}; }")]
    [DataRow("void M((Pair, int) p) { {|KM1003:((object a, int b), int d) = p|}; }")]
    [DataRow("void M(List<Pair> all) { foreach ({|KM1003:(object a, int b)|} in all) { } }")]
    [DataRow("void M(Pair p) { (int a, long b) = p; }")]
    public Task The_results_of_Deconstruct_are_boxed(string member)
        => Member.Check("struct Pair { public void Deconstruct(out int a, out int b) { a = 0; b = 0; } } " + member);

    [TestMethod]
    public Task Boxes_in_lambdas_and_local_functions()
        => Member.Check("void M() { Func<object> f = {|KM1007:() =>|} {|KM1003:s_number|}; object L() => {|KM1003:s_number|}; L(); }");
}
