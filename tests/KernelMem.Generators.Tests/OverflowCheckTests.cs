using System.Runtime.Loader;
using KernelMem.Generators.Tests.Harness;

namespace KernelMem.Generators.Tests;

/// <summary>A project that compiles with overflow checks gets the same behaviour: nothing generated relies on wrapping.</summary>
[TestClass]
public sealed class OverflowCheckTests
{
    private const string Program = """
        using Sample;

        public static class Program
        {
            public static string? Run()
            {
                for (int value = 0; value <= ushort.MaxValue; value++)
                {
                    Narrow16 word = Narrow16.FromRaw((ushort)value);
                    ushort rebuilt = Narrow16.FromRaw((ushort)(value & 0x6000)).WithLow(word.Low).WithMiddle(word.Middle).WithTop(word.Top).Value;
                    if (rebuilt != value || word.WithTop(false).WithTop(word.Top) != word || word.IsValid != ((value & 0x6000) == 0x2000))
                        return "Narrow16 " + value;

                    if (word.InvalidBits != ((value ^ 0x2000) & 0x6000) || word.GetHashCode() != value)
                        return "Narrow16 validity " + value;
                }

                for (int bit = 0; bit < 64; bit++)
                {
                    EveryKind64 word = EveryKind64.FromRaw(ulong.MaxValue << bit);
                    if (word.WithEnabled(false).WithMode(word.Mode).WithSmall(word.Small).WithWide(word.Wide).WithLow(word.Low)
                            .WithGigabyte(word.Gigabyte).WithExact(word.Exact).WithEnabled(word.Enabled) != word)
                        return "EveryKind64 " + bit;

                    _ = word.GetHashCode();
                }

                return null;
            }
        }
        """;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_program_compiled_with_and_without_overflow_checks(bool checkOverflow)
    {
        Generation generation = Generation.Of(checkOverflow, Declarations.EveryKind64, Declarations.Narrow16, Program);
        var context = new AssemblyLoadContext("sample", isCollectible: true);
        try
        {
            context.Resolving += (_, name) => name.Name == "KernelMem" ? typeof(Annotations.BitLayoutAttribute).Assembly : null;
            object? failure = context.LoadFromStream(generation.Emit()).GetType("Program")!.GetMethod("Run")!.Invoke(null, null);

            Assert.IsNull(failure);
        }
        finally
        {
            context.Unload();
        }
    }
}
