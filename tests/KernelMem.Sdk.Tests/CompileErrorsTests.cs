using KernelMem.Sdk.Tasks;

namespace KernelMem.Sdk.Tests;

/// <summary>ILC's errors are read right.</summary>
[TestClass]
public sealed class CompileErrorsTests
{
    private const string Message = "Kernel.Main(): Method will always throw because: Missing method 'String.Concat(String, String)'";

    [TestMethod]
    [DataRow("ILC : ", null, 0)]
    [DataRow("ILC: ", null, 0)]
    [DataRow("Kernel.cs(12): ", "Kernel.cs", 12)]
    [DataRow("/home/me/my kernel (2)/a: b/Kernel(3).cs(12): ", "/home/me/my kernel (2)/a: b/Kernel(3).cs", 12)]
    public void AMethodThatAlwaysThrowsHasItsPlaceAndMessage(string place, string? file, int line)
    {
        Assert.IsTrue(CompileErrors.TryParse(place + "AOT analysis error IL1005: " + Message, out CompileError? error));
        Assert.AreEqual(new CompileError(file, line, Message), error);
    }

    [TestMethod]
    [DataRow("ILC : AOT analysis warning IL3050: something else")]
    [DataRow("")]
    [DataRow(null)]
    public void OtherLinesAreNoErrors(string? line) => Assert.IsFalse(CompileErrors.TryParse(line, out _));
}
