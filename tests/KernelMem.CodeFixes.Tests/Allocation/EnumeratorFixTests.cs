using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1012: a list is gone through by number.</summary>
[TestClass]
public sealed class EnumeratorFixTests
{
    [TestMethod]
    [DataRow("IReadOnlyList<int> list", "int")]
    [DataRow("IList<string> list", "string")]
    [DataRow("IReadOnlyList<int> list", "var")]
    [DataRow("System.Collections.ObjectModel.Collection<int> list", "int")]
    public Task A_list_with_a_block(string list, string type)
        => Verify.Fix<AllocationAnalyzer, EnumeratorFix>(
            $$"""
            using System.Collections.Generic;

            class C
            {
                void M({{list}})
                {
                    // All of them.
                    foreach ({{type}} x in {|KM1012:list|})
                    {
                        Use(x); // once
                    }
                }

                static void Use<T>(T x) { }
            }
            """,
            $$"""
            using System.Collections.Generic;

            class C
            {
                void M({{list}})
                {
                    // All of them.
                    for (int index = 0; index < list.Count; index++)
                    {
                        {{type}} x = list[index];
                        Use(x); // once
                    }
                }

                static void Use<T>(T x) { }
            }
            """);

    [TestMethod]
    public Task A_single_statement_in_two_methods()
        => Verify.Fix<AllocationAnalyzer, EnumeratorFix>(
            """
            using System.Collections.Generic;

            class C
            {
                int M(IReadOnlyList<int> a)
                {
                    int sum = 0;
                    foreach (int x in {|KM1012:a|})
                        sum += x;

                    return sum;
                }

                int N(IReadOnlyList<int> a)
                {
                    int sum = 0;
                    foreach (int x in {|KM1012:a|})
                        sum -= x;

                    return sum;
                }
            }
            """,
            """
            using System.Collections.Generic;

            class C
            {
                int M(IReadOnlyList<int> a)
                {
                    int sum = 0;
                    for (int index = 0; index < a.Count; index++)
                    {
                        int x = a[index];
                        sum += x;
                    }

                    return sum;
                }

                int N(IReadOnlyList<int> a)
                {
                    int sum = 0;
                    for (int index = 0; index < a.Count; index++)
                    {
                        int x = a[index];
                        sum -= x;
                    }

                    return sum;
                }
            }
            """);

    [TestMethod]
    public Task One_within_another()
        => Verify.Fix<AllocationAnalyzer, EnumeratorFix>(
            """
            using System.Collections.Generic;

            class C
            {
                readonly IReadOnlyList<int> _a = null!;

                int M(IReadOnlyList<int> b)
                {
                    int sum = 0;
                    foreach (int x in {|KM1012:_a|})
                    {
                        // Each with each.
                        foreach (int y in {|KM1012:b|})
                        {
                            sum += x * y;
                        }
                    }

                    return sum;
                }
            }
            """,
            """
            using System.Collections.Generic;

            class C
            {
                readonly IReadOnlyList<int> _a = null!;

                int M(IReadOnlyList<int> b)
                {
                    int sum = 0;
                    for (int index = 0; index < _a.Count; index++)
                    {
                        int x = _a[index];
                        // Each with each.
                        for (int index2 = 0; index2 < b.Count; index2++)
                        {
                            int y = b[index2];
                            sum += x * y;
                        }
                    }

                    return sum;
                }
            }
            """);

    [TestMethod]
    [DataRow("void M(IEnumerable<int> a) { foreach (int x in {|KM1012:a|}) { } }")]
    [DataRow("void M(ICollection<int> a) { foreach (int x in {|KM1012:a|}) { } }")]
    [DataRow("void M(IDictionary<int, int> a) { foreach (var (k, v) in {|KM1012:a|}) { } }")]
    [DataRow("void M() { foreach (int x in {|KM1012:Of()|}) { } } IReadOnlyList<int> Of() => null!;")]
    [DataRow("void M(IReadOnlyList<int> a, IReadOnlyList<int> b) { foreach (int x in {|KM1012:a|}) { a = b; } }")]
    [DataRow("void M(IReadOnlyList<int> a, IReadOnlyList<int> b) { foreach (int x in {|KM1012:a|}) { (a, _) = (b, 1); } }")]
    [DataRow("IReadOnlyList<int> _a; void M() { foreach (int x in {|KM1012:_a|}) { } }")]
    [DataRow("void M(IDictionary<int, string> a) { foreach (var x in {|KM1012:a|}) { } }")]
    [DataRow("void M(IList<object> a) { foreach (string x in {|KM1012:a|}) { } }")]
    [DataRow("void M(IReadOnlyList<int> a) { foreach (int x /* each */ in {|KM1012:a|}) { } }")]
    [DataRow("interface Both : IList<int>, IReadOnlyList<int> { } void M(Both a) { foreach (int x in {|KM1012:a|}) { } }")]
    [DataRow("void M(IReadOnlyList<int> a) { int index = 0; foreach (int x in {|KM1012:a|}) { index++; } }")]
    public Task Another_stays(string member) => Verify.NoFix<AllocationAnalyzer, EnumeratorFix>($"using System.Collections.Generic;\nclass C {{ {member} }}");
}
