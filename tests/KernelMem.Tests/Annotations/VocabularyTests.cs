using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Tests.Annotations;

[TestClass]
public sealed class VocabularyTests
{
    private static readonly List<Type> Attributes =
    [
        .. typeof(MustUseAttribute).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "KernelMem.Annotations" && typeof(Attribute).IsAssignableFrom(type)),
    ];

    [TestMethod]
    public void The_words_of_the_rules_are_there()
    {
        string[] words =
        [
            "NoAlloc", "MayAlloc", "TrustedNoAlloc", "NoThrow", "NonBlocking", "MayBlock", "Aligned", "ExpectedSize", "HardwareStruct",
            "UserMemory", "DeviceOwned", "MustUse", "Affine", "RequiresLock", "InterruptContext",
        ];
        foreach (string word in words)
            Assert.Contains(word + "Attribute", Attributes.Select(type => type.Name));
    }

    [TestMethod]
    public void Every_word_is_sealed_and_says_where_it_may_stand()
    {
        foreach (Type attribute in Attributes)
        {
            Assert.IsTrue(attribute.IsSealed, attribute.Name);
            Assert.IsNotNull(attribute.GetCustomAttribute<AttributeUsageAttribute>(inherit: false), attribute.Name);
        }
    }

    [TestMethod]
    public void Arguments_are_kept()
    {
        Assert.AreEqual("why", new MayAllocAttribute("why").Reason);
        Assert.AreEqual("why", new MayBlockAttribute("why").Reason);
        Assert.IsNull(new MayBlockAttribute().Reason);
        Assert.AreEqual("why", new MustUseAttribute("why").Reason);
        Assert.IsNull(new MustUseAttribute().Reason);
        Assert.AreEqual("why", new TrustedNoAllocAttribute { Justification = "why" }.Justification);
        Assert.AreEqual(4096UL, new AlignedAttribute(4096).Bytes);
        Assert.AreEqual(8, new ExpectedSizeAttribute(8).Bytes);
        Assert.AreEqual("_lock", new RequiresLockAttribute("_lock").LockName);
        Assert.AreEqual("SDM", new HardwareStructAttribute { Source = "SDM" }.Source);
    }

    [TestMethod]
    public void Results_must_be_used()
    {
        Assert.IsNotNull(typeof(Result<,>).GetCustomAttribute<MustUseAttribute>());
        Assert.IsNotNull(typeof(Result<>).GetCustomAttribute<MustUseAttribute>());
    }

    [TestMethod]
    public void The_library_promises_not_to_allocate() =>
        Assert.IsNotNull(typeof(Panic).Assembly.GetCustomAttribute<NoAllocAttribute>());
}
